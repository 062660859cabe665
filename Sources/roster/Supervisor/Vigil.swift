internal import EventLoop
internal import Glibc

/// Whether the workers answer, of each of which it is known when it was heard of last. Silence counts only while this process
/// itself has been going on.
struct Vigil {
  /// How often a worker tells that it turns, and how often the supervisor looks. With the next one, a worker is replaced within
  /// ten seconds.
  static let interval = Duration.seconds(1)
  /// The longest silence. A turn of a worker's loop takes milliseconds.
  static let patience = Duration.seconds(7)
  /// Whoever looks so long after the last time has stood still itself, and the others most likely with it: the machine was
  /// suspended, or everybody was stopped.
  static let standstill = Duration.seconds(3)

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

  /// To be asked at each interval. `isComplete`: nobody is being replaced.
  mutating func look(_ heard: [pid_t: MonotonicTime], isComplete: Bool, at now: MonotonicTime) -> Verdict {
    if now - looked > Self.standstill { since = now }
    looked = now
    guard let (process, last) = heard.min(by: { $0.value < $1.value }) else { return .wait }
    if now - max(last, since) <= Self.patience { return .well }
    return isComplete ? .replace(process) : .wait
  }
}
