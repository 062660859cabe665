internal import EventLoop
internal import FastCGI
internal import Gateway
internal import Glibc
internal import Logging
internal import Metrics

/// The process beside the workers that answers on the sockets of --admin: it reads what they and the supervisor write, and asks
/// nobody, so that it has an answer while all of them are busy, or stopped.
@LoopActor final class Admin {
  /// The supervisor has no memory for figures: it is of an older program, or the system had none.
  private struct NoFigures: Error, CustomStringConvertible {
    let description = "--admin: the supervisor has no memory for figures; a restart of the service may help"
  }

  private let server: Server
  private let figures: ProcessFigures
  private let supervision: Supervision
  private let logger: Logger
  private var signals: Signals?
  private var isDraining = false

  /// Serves until SIGTERM.
  nonisolated static func run(_ sockets: ListeningSockets, _ supervision: Supervision, logger: Logger) {
    runLoop {
      supervision.begin()
      do {
        try FastCGI.selfTest()
        try Admin(sockets, supervision, logger: logger).serve()
      } catch {
        fail(error, .unavailable)
      }
    }
  }

  private init(_ sockets: ListeningSockets, _ supervision: Supervision, logger: Logger) throws(NoFigures) {
    guard let seat = supervision.seat, let area = FigureMemory.area(of: seat),
      let memory = FigureMemory(seat.tally, canWrite: false)
    else { throw NoFigures() }
    figures = ProcessFigures(
      MetricRegistry(
        area, process: getpid(), place: Worker.admin, generation: supervision.generation,
        started: Int(time(nil))), name: "admin")
    let notices = NoticeLog(logger)
    let pages = AdminPages { memory.snapshot() }
    server = Server(
      sockets, responder: { FastCGI.Response(pages.response(to: $0.http(), at: .now(), time: Int(time(nil)))) },
      log: { notices.tell($0) })
    (self.supervision, self.logger) = (supervision, logger)
  }

  private func serve() throws {
    signals = try Signals([SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1]) { [self] in receive($0) }
    _ = DescriptorLimit.raise()
    figures.begin()
    try server.start()
    supervision.ready()
  }

  private func receive(_ signal: Int32) {
    switch signal {
    case SIGHUP: break  // it is the supervisor's
    case SIGUSR1: logger.openFileAgain()
    default: drain()
    }
  }

  private func drain() {
    guard !isDraining else { return }
    isDraining = true
    EventLoop.main.start { [self] in
      await server.drain(grace: .seconds(1))
      ExitStatus.success.end()
    }
  }
}
