internal import EventLoop
internal import PostgreSQL

/// Which of the database's refusals are worth a line in the log: each cause when it comes up, not each request that it
/// meets. A disk that is full refuses thousands of them a second. The clock is a parameter.
struct RefusalLog {
  /// What refuses: the kind of error, and the constraint or the function that it comes from.
  struct Cause: Hashable {
    let state: SQLState
    let constraint: String?
    let routine: String?

    init(_ error: ServerError) {
      (state, constraint, routine) = (error.sqlState, error.constraint, error.routine)
    }
  }

  /// A cause that has not been seen for so long has passed, and is told again when it returns.
  static let quiet = Duration.seconds(10)
  /// A trigger may name constraints as it likes.
  private static let capacity = 256
  private var lastSeen: [Cause: MonotonicTime] = [:]

  /// Notes a refusal. Returns whether to log it.
  mutating func isNew(_ cause: Cause, at now: MonotonicTime) -> Bool {
    let isNew = lastSeen[cause].map { now - $0 > Self.quiet } ?? true
    if lastSeen.count >= Self.capacity { lastSeen.removeAll() }
    lastSeen[cause] = now
    return isNew
  }
}
