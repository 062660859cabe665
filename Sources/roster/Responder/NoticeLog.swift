internal import EventLoop
internal import FastCGI
internal import Logging

/// What the server notices, for the log. Whoever can connect can cause notices, as many as it likes: each cause is told when it
/// comes up, and then once in a while with the number of times.
@LoopActor final class NoticeLog {
  private var repetitions = Repetitions()
  private let logger: Logger

  init(_ logger: Logger) {
    self.logger = logger
  }

  func tell(_ notice: Notice) {
    switch repetitions.note(notice.cause, at: EventLoop.main.now) {
    case .tell: logger.warning("\(notice)")
    case .gather:
      _ = EventLoop.main.schedule(after: Repetitions.period) { [self] in
        let count = repetitions.gathered(notice.cause, at: EventLoop.main.now)
        logger.warning("\(notice) (\(count) times within \(Repetitions.period.components.seconds) s)")
      }
    case .count: break
    }
  }
}

/// When to tell what happens again and again. The clock is a parameter.
struct Repetitions {
  /// How long is counted before the number is told.
  static let period = Duration.seconds(10)

  enum Action {
    case tell
    /// Count from now on, and ask for the number after ``period``.
    case gather
    case count
  }

  private struct Entry {
    var told: MonotonicTime
    var count = 0
  }

  /// By cause, of which there are a few.
  private var entries: [String: Entry] = [:]

  mutating func note(_ cause: String, at now: MonotonicTime) -> Action {
    guard var entry = entries[cause], entry.count > 0 || now - entry.told <= Self.period else {
      entries[cause] = Entry(told: now)
      return .tell
    }
    entry.count += 1
    entries[cause] = entry
    return entry.count == 1 ? .gather : .count
  }

  /// How often it has happened since it was last told.
  mutating func gathered(_ cause: String, at now: MonotonicTime) -> Int {
    defer { entries[cause] = Entry(told: now) }
    return entries[cause]?.count ?? 0
  }
}
