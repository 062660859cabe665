internal import EventLoop
internal import FastCGI
internal import Glibc

/// `roster top` in a terminal: what the service says, anew each interval, until somebody ends it.
@LoopActor final class TopScreen: EventHandler {
  private let service: AdminService
  private let interval: Duration
  private let terminal: Terminal
  private var earlier: TopReading?
  private var now: TopReading
  private var problem: String?

  /// Shows `first`, and goes on from there; does not return.
  nonisolated static func run(
    _ service: AdminService, _ interval: Duration, _ terminal: Terminal, _ first: TopReading
  ) {
    runLoop {
      do {
        try TopScreen(service, interval, terminal, first).begin()
      } catch {
        terminal.leave()
        fail(error, .software)
      }
    }
  }

  private init(_ service: AdminService, _ interval: Duration, _ terminal: Terminal, _ first: TopReading) {
    (self.service, self.interval, self.terminal, now) = (service, interval, terminal, first)
  }

  private func begin() throws(LoopError) {
    let signals = [SIGINT, SIGTERM, SIGQUIT, SIGHUP, SIGTSTP, SIGCONT, SIGWINCH]
    _ = try Signals(signals) { [self] in receive($0) }
    terminal.enter()
    if terminal.hasKeys { try EventLoop.main.watch(STDIN_FILENO, for: .readable, self) }
    show()
    _ = EventLoop.main.schedule(after: interval) { [self] in turn() }
  }

  /// Asks beside the loop, which keys and signals come to: a service that hangs lets nobody wait for the end of this.
  private func turn() {
    let began = MonotonicTime.now()
    let isAsked = onThread { [self, service] in
      let answer = Result { () throws(AdminService.Failure) in try service.reading() }
      EventLoop.main.start { self.take(answer, askedAt: began) }
    }
    if !isAsked { take(.failure(AdminService.Failure(description: "the system has no thread left")), askedAt: began) }
  }

  private func take(_ answer: Result<TopReading, AdminService.Failure>, askedAt began: MonotonicTime) {
    switch answer {
    case .success(let reading): (earlier, now, problem) = (now, reading, nil)
    case .failure(let failure): problem = "\(failure)"
    }
    show()
    _ = EventLoop.main.schedule(at: began + interval) { [self] in turn() }
  }

  private func show() {
    let size = terminal.size
    terminal.show(TopView(earlier, now, problem: problem).lines(width: size.width, height: size.height))
  }

  // MARK: What ends it

  /// A key was pressed, or the terminal has gone.
  func ready(_ readiness: Readiness) {
    var keys = [UInt8](repeating: 0, count: 64)
    let count = read(STDIN_FILENO, &keys, keys.count)
    if count < 0, errno == EINTR || errno == EAGAIN { return }
    if count <= 0 || keys.prefix(count).contains(where: { [UInt8(ascii: "q"), UInt8(ascii: "Q")].contains($0) }) {
      end()
    }
  }

  private func receive(_ signal: Int32) {
    switch signal {
    case SIGWINCH: show()
    case SIGTSTP: stop()
    case SIGCONT: goOn()
    case SIGINT: end()
    default:
      terminal.leave()
      Self.take(signal)
      ExitStatus.failure.end()  // it was ignored when the program was started
    }
  }

  private func end() {
    terminal.leave()
    ExitStatus.success.end()
  }

  /// Lets the shell have the terminal until it says to go on; where there is no shell, it says so at once.
  private func stop() {
    terminal.leave()
    Self.take(SIGTSTP)
    goOn()
  }

  private func goOn() {
    terminal.enter()
    show()
  }

  /// Does what the system does by itself at a signal that is blocked here.
  private static func take(_ signal: Int32) {
    Glibc.signal(signal, SIG_DFL)
    var mask = sigset_t()
    sigemptyset(&mask)
    sigaddset(&mask, signal)
    raise(signal)
    pthread_sigmask(SIG_UNBLOCK, &mask, nil)
    pthread_sigmask(SIG_BLOCK, &mask, nil)
  }
}
