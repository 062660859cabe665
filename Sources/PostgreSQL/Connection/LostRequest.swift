internal import EventLoop

/// How far a statement had come when its connection was lost.
enum Progress {
  /// It had not left this process.
  case unsent
  /// The server never began with it.
  case notExecuted
  /// The server broke it off, and so rolled it back.
  case rolledBack
  /// It was sent, and nobody knows.
  case unknown
}

extension Request {
  /// Decides what becomes of a statement whose connection was lost: reads, and what was never executed, run again,
  /// once; a write that may have been applied is reported as such.
  func lose(_ reason: String, _ progress: Progress, _ pool: Pool, retries: Bool = true) {
    clear()
    guard transaction == nil else { return loseTransaction(reason, progress) }
    if progress == .unsent { return pool.submit(self) }
    if retries, !isRetry, isRead || progress == .notExecuted { return runAgain(pool) }
    if isRead || progress != .unknown { return fail(.unavailable(reason)) }
    fail(.outcomeUnknown(reason))
  }

  /// It is on its way, and its answer, which may come later, will be nobody's.
  func giveUp(_ reason: String) {
    isCancelled = true
    fail(isRead || describes ? .unavailable(reason) : .outcomeUnknown(reason))
  }

  /// After a moment, in which a server that stops ends its other connections as well.
  private func runAgain(_ pool: Pool) {
    isRetry = true
    _ = EventLoop.main.schedule(after: .milliseconds(10)) { pool.submit(self) }
  }

  /// A transaction whose COMMIT was not sent is rolled back by the server.
  private func loseTransaction(_ reason: String, _ progress: Progress) {
    transaction?.lose(reason)
    if statement === Statement.commit, progress == .unknown || progress == .rolledBack {
      return fail(.outcomeUnknown(reason))
    }
    fail(.unavailable(reason))
  }
}
