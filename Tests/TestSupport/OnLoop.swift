import EventLoop
import Glibc

/// Runs `body` on the event loop, which gets a thread of its own in the test process, and waits for its result.
public func onLoop<Result: Sendable>(
  _ body: @escaping @LoopActor @Sendable () async throws -> Result
) async throws -> Result {
  loopThread
  return try await Task { @LoopActor in try await body() }.value
}

private let loopThread: Void = {
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { _ in
      do { try EventLoop.main.run(alone: false) {} } catch { fatalError("\(error)") }
      return nil
    }, nil)
}()
