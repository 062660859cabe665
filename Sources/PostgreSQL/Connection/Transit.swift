internal import EventLoop

/// How a statement has passed through the pool.
struct Transit {
  /// When it got its connection, the last time; nil: it has none.
  var placed: MonotonicTime?
  /// The server process of that connection.
  var server: Int32 = 0

  /// Tells the task that has waited for it since `time`.
  @LoopActor func note(since time: MonotonicTime) {
    Waits.ofTask?.add(since: time, turn: placed, by: server)
  }
}
