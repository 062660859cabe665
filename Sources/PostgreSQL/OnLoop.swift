internal import EventLoop

/// Runs `body` on the loop: at once if the caller is there, as it always is but for cancellation by a foreign thread.
nonisolated func onLoop(_ body: @escaping @LoopActor @Sendable () -> Void) {
  if EventLoop.main.isIsolatingCurrentContext() == true { return LoopActor.assumeIsolated(body) }
  EventLoop.main.start { body() }
}
