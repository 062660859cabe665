internal import EventLoop

/// How a statement has passed through the pool.
struct Transit {
  /// When it left for the server, the last time; nil: it has not.
  var sent: MonotonicTime?
  /// The server process that it was sent to.
  var server: Int32 = 0

  /// Tells the task that has waited for it since `time`.
  @LoopActor func note(since time: MonotonicTime) {
    Waits.ofTask?.add(since: time, turn: sent, by: server)
  }
}
