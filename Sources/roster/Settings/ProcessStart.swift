internal import EventLoop
internal import FastCGI
internal import Glibc

/// What a process is put right in before anything else happens in it.
enum ProcessStart {
  /// A launcher may start a program with some of the descriptors 0 to 2 closed. The next socket would get their numbers, and
  /// log lines or a crash's last words would go to nginx or PostgreSQL.
  static func occupyStandardDescriptors() {
    for descriptor in 0...Int32(2) where fcntl(descriptor, F_GETFD) < 0 { _ = openNothing() }
  }

  /// Until the loop looks after signals, nothing is in flight: those that end the service do so at once, and with 0. A reload
  /// has nothing to do, since the start reads everything anyway.
  static func answerSignals() {
    for number in [SIGTERM, SIGINT, SIGQUIT] { signal(number) { _ in _exit(0) } }
    for number in [SIGHUP, SIGUSR1] { signal(number) { _ in } }
    for number in [SIGPIPE, SIGUSR2] { signal(number, SIG_IGN) }
  }

  /// Keeps them for the loop: from now on there is something to put away, the path of a socket.
  static func keepSignals() {
    var mask = sigset_t()
    sigemptyset(&mask)
    for number in [SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1] { sigaddset(&mask, number) }
    pthread_sigmask(SIG_BLOCK, &mask, nil)
  }

  /// As the system has them, for a program that is none of a service's.
  static func leaveSignals() {
    for number in [SIGTERM, SIGINT, SIGQUIT, SIGHUP] { signal(number, SIG_DFL) }
  }
}

/// Runs the event loop, whose tasks end the process; with 70 where Swift's runtime is not the one that it was built for.
func runLoop(_ first: @escaping @LoopActor @Sendable () async -> Void) {
  do { try EventLoop.main.run(first) } catch { fail(error, .software) }
}
