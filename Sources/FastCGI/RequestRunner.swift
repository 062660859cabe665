internal import EventLoop

/// Runs the requests of a connection, one after the other. They share a task: one for each would cost as much again as
/// reading the request does.
@LoopActor final class RequestRunner {
  private var task: Task<Void, Never>?
  private let waits = Waits()
  /// What the task takes up next.
  private var next: Request?
  /// Set while the task waits for a request.
  private var waiting: UnsafeContinuation<Void, Never>?

  /// Has a request answered, and the connection told. A task that is at work looks for the next request by itself.
  func run(_ request: Request, for connection: Connection) {
    next = request
    if let waiting = waiting.take() {
      waiting.resume()
    } else if task == nil {
      start(for: connection)
    }
  }

  /// Cancels the request in flight; a next one gets a task of its own.
  func cancel() {
    task?.cancel()
  }

  /// Nobody waits for an answer any more, and no request will follow.
  func end() {
    cancel()
    waiting.take()?.resume()
  }

  private func start(for connection: Connection) {
    task = EventLoop.main.start {
      await Waits.$ofTask.withValue(self.waits) { await self.work(for: connection) }
    }
  }

  /// Ends with the connection, or when it was cancelled together with a request.
  private func work(for connection: Connection) async {
    while next != nil {
      await answerNext(on: connection)
      if Task.isCancelled { break }
      if next == nil { await withUnsafeContinuation { waiting = $0 } }
    }
    task = nil
    guard next != nil else { return }
    start(for: connection)
    if connection.flight == .aborted { cancel() }  // it was, before it had a task
  }

  /// Apart, so that the response and what it was made from have gone before the next request is waited for: else each idle
  /// connection would keep a body, and the next one would not find its memory in the processor's cache.
  private func answerNext(on connection: Connection) async {
    guard let request = next.take() else { return }
    waits.begin()
    let response = await connection.server.responder(request)
    if let rest = response.rest {
      await connection.finish(request, response, rest)
    } else {
      connection.finish(request, response)
    }
  }
}
