internal import EventLoop
internal import Glibc

/// Whether the workers answer, of each of which it is known when it was heard of last. Silence counts only while this process
/// itself has been going on.
struct Vigil {
  /// How often a worker tells that it turns, and how often the supervisor looks. With the next one, a worker is replaced within
  /// ten seconds.
  static let interval = Duration.seconds(1)
  /// The longest silence. A turn of a worker's loop takes milliseconds, and so does what comes before the loop.
  static let patience = Duration.seconds(7)
  /// The longest time until a process has begun: its program may come from a disk that is busy.
  static let longestBeginning = Duration.seconds(60)
  /// Whoever looks so long after the last time has stood still itself, and the others most likely with it: the machine was
  /// suspended, or everybody was stopped.
  static let standstill = Duration.seconds(3)

  /// What is known of a process.
  struct Sign {
    /// When it was started, and from then on, when it told the last time that it turns.
    var last: MonotonicTime
    /// How long it may be silent.
    var patience = Vigil.longestBeginning
    /// Whether it accepts connections.
    var isReady = false

    /// It has told.
    mutating func isHeard(at now: MonotonicTime, isReady: Bool) {
      (last, patience) = (now, Vigil.patience)
      if isReady { self.isReady = true }
    }
  }

  /// What is to be done.
  enum Verdict: Equatable {
    /// Nothing: those who are there answer.
    case well
    /// Nothing yet: nobody is there, or another is being replaced.
    case wait
    /// This one has been silent for too long, and longer than any other.
    case replace(pid_t)
  }

  private var looked: MonotonicTime
  /// Silence counts from here.
  private var since: MonotonicTime

  init(at now: MonotonicTime) {
    (looked, since) = (now, now)
  }

  /// To be asked at each interval. `isFull`: there is a process in each place; `isEnding`: some that had one have not ended yet.
  ///
  /// Nobody is replaced while one who is not silent is about to accept connections; nor is one who is not that far, while others
  /// are ending: where the kernel holds all of them, at a disk for example, they are not to become more and more.
  mutating func look(_ signs: [pid_t: Sign], isFull: Bool, isEnding: Bool, at now: MonotonicTime) -> Verdict {
    if now - looked > Self.standstill { since = now }
    looked = now
    if signs.isEmpty { return .wait }
    let silent = signs.filter { now - max($1.last, since) > $1.patience }
    if silent.isEmpty { return .well }
    let isReplacing = signs.contains { !$1.isReady && silent[$0] == nil }
    let candidates = silent.filter { $1.isReady || !isEnding }
    let longest = candidates.min { $0.value.last < $1.value.last }
    guard let longest, isFull, !isReplacing else { return .wait }
    return .replace(longest.key)
  }
}
