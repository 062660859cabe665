internal import EventLoop

/// Runs `body` on the loop: at once if the caller is there, and not on a foreign thread that cancels a task or has
/// looked up a name.
nonisolated func onLoop(_ body: @escaping @LoopActor @Sendable () -> Void) {
  if EventLoop.main.isIsolatingCurrentContext() == true { return LoopActor.assumeIsolated(body) }
  EventLoop.main.start { body() }
}
