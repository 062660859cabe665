internal import EventLoop

/// What is known about the way to the database, and what is worth a line in the log: each cause once, and the recovery.
struct PoolHealth {
  private(set) var lastError: String?
  /// Attempts that failed in a row.
  private(set) var failures = 0
  private var since: MonotonicTime?
  /// What the log has had since all was well. Causes may alternate: while one connection is refused, others are lost.
  private var told: [String] = []
  private static let capacity = 16

  /// From now there is no connection.
  mutating func begin(at now: MonotonicTime) {
    since = since ?? now
  }

  /// Whether there has been no connection for longer than `duration`.
  func isDown(at now: MonotonicTime, longerThan duration: Duration) -> Bool {
    since.map { now - $0 > duration } ?? false
  }

  /// Returns what to log, if the cause is new.
  mutating func fail(_ reason: String) -> String? {
    failures += 1
    lastError = reason
    guard !told.contains(reason) else { return nil }
    if told.count == Self.capacity { told.removeFirst() }
    told.append(reason)
    return "connection to the database: \(reason)"
  }

  /// Returns what to log, if there was a failure before.
  mutating func succeed() -> String? {
    since = nil
    failures = 0
    told = []
    return lastError.take().map { _ in "connection to the database: established again" }
  }
}
