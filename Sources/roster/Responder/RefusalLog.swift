internal import EventLoop
internal import PostgreSQL

/// Which of the database's refusals are worth a line in the log: each cause when it comes up, not each request that it
/// meets. A disk that is full refuses thousands of them a second. The clock is a parameter.
struct RefusalLog {
  /// A cause that has not been seen for so long has passed, and is told again when it returns.
  static let quiet = Duration.seconds(10)
  private var lastSeen: [SQLState: MonotonicTime] = [:]

  /// Notes a refusal. Returns whether to log it.
  mutating func isNew(_ cause: SQLState, at now: MonotonicTime) -> Bool {
    defer { lastSeen[cause] = now }
    return lastSeen[cause].map { now - $0 > Self.quiet } ?? true
  }
}
