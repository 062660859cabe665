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
  /// A statement gets this connection, of which those learn who wait for it. The turn may have begun before what has made room on it.
  func observePlace(of request: Request, on connection: Connection) {
    let now = max(EventLoop.main.now, connection.watchdog.progress)
    request.transit = Transit(placed: now, server: connection.server)
    observer?.waited(max(0, now.nanoseconds &- request.since.nanoseconds))
  }

  /// It was answered by what has arrived last.
  func observeAnswer(to request: Request, on connection: Connection) {
    guard request.isSent, let observer, let placed = request.transit.placed else { return }
    observer.answered(max(0, connection.watchdog.progress.nanoseconds &- placed.nanoseconds))
  }
}
