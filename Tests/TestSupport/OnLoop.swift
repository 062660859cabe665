import EventLoop
import Glibc

/// Runs `body` on the event loop, and waits for its result.
public func onLoop<Result: Sendable>(
  _ body: @escaping @LoopActor @Sendable () async throws -> Result
) async throws -> Result {
  startLoop()
  return try await Task { @LoopActor in try await body() }.value
}

/// Waits until `condition` holds, twenty seconds at most.
@LoopActor package func wait(_ condition: () -> Bool) async {
  for _ in 0..<10_000 where !condition() { await EventLoop.main.sleep(for: .milliseconds(2)) }
}

/// Sees to it that what belongs to the loop runs: it gets a thread of its own in the test process, the first time.
public func startLoop() { loopThread }

private let loopThread: Void = {
  var thread = pthread_t()
  pthread_create(
    &thread, nil,
    { _ in
      do { try EventLoop.main.run(alone: false) {} } catch { fatalError("\(error)") }
      return nil
    }, nil)
}()
