internal import EventLoop

/// Who is told how long each statement of a pool waits and takes, for metrics.
public struct PoolObserver {
  /// A statement has got a connection, so many nanoseconds after it was asked for; 0 where it had none to wait for.
  public let waited: @LoopActor (Int64) -> Void
  /// A statement was answered, with an error too, so many nanoseconds after it got its connection.
  public let answered: @LoopActor (Int64) -> Void

  /// Somebody who is told.
  public init(waited: @escaping @LoopActor (Int64) -> Void, answered: @escaping @LoopActor (Int64) -> Void) {
    (self.waited, self.answered) = (waited, answered)
  }
}

extension Pool {
  /// A statement gets this connection. The turn may have begun before what has made room on it.
  func observePlace(of request: Request, on connection: Connection) {
    request.placed = max(EventLoop.main.now, connection.watchdog.progress)
    observer?.waited(max(0, request.placed.nanoseconds &- request.since.nanoseconds))
  }

  /// It was answered by what has arrived last.
  func observeAnswer(to request: Request, on connection: Connection) {
    guard request.isSent, let observer else { return }
    observer.answered(max(0, connection.watchdog.progress.nanoseconds &- request.placed.nanoseconds))
  }
}
