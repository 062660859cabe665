internal import EventLoop

/// How long a connection may stay silent, and whoever asks for a statement wait for its answer. The clock is a parameter.
struct Watchdog {
  /// nil: for ever.
  let limit: Duration?
  /// The same in nanoseconds, for what is asked in every turn.
  private let patience: Int64?
  /// When something last arrived, or the server got the first of what it has.
  private(set) var progress: MonotonicTime
  /// When it will look, if it will.
  private var due: MonotonicTime?

  enum Verdict: Equatable {
    /// Those who have waited for the limit are told so; the statements stay where they are, since others are behind them.
    case tell
    /// Nothing has arrived for so long, or a transaction is late: the connection ends.
    case end
  }

  init(limit: Duration?, at now: MonotonicTime) {
    (self.limit, patience, progress) = (limit, limit?.nanoseconds, now)
  }

  /// Something has arrived, or the server gets the first of what it has.
  mutating func note(_ now: MonotonicTime) {
    progress = now
  }

  /// Returns when to look, if that is earlier than known, for the sake of a statement that was asked for at `time`; by
  /// default for the connection's.
  mutating func look(after time: MonotonicTime?) -> MonotonicTime? {
    guard let patience else { return nil }
    let end = (time ?? progress) + patience
    guard due.map({ end < $0 }) ?? true else { return nil }
    due = end
    return end
  }

  /// The time has come to look: whether a statement that was asked for at `time` has waited for too long, and what to do
  /// where the connection belongs to a transaction or not and has such statements or not.
  func isOverdue(_ time: MonotonicTime, at now: MonotonicTime) -> Bool {
    limit.map { now - time >= $0 } ?? false
  }

  mutating func verdict(isOwned: Bool, hasOverdue: Bool, at now: MonotonicTime) -> Verdict {
    due = nil
    return isOverdue(progress, at: now) || isOwned && hasOverdue ? .end : .tell
  }
}
