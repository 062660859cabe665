internal import CLinux
internal import EventLoop
internal import FastCGI
internal import Gateway
internal import Glibc
internal import Logging
internal import PostgreSQL

/// One responder process: the server on its socket, the database behind it, and its end.
@LoopActor final class Responder {
  /// What the command line and the environment decide.
  struct Settings {
    var database: DatabaseConfiguration
    var pool: PoolOptions
    var bodyLimit: Int
    var drainTimeout: Duration
    /// Those who may call; nil is everybody.
    var keys: Keys?
  }

  private let server: Server
  private let database: Database
  private let settings: Settings
  private let logger: Logger
  private var isDraining = false

  /// Serves until SIGTERM.
  nonisolated static func run(_ socket: ListeningSocket, _ settings: Settings, logger: Logger) {
    belongToSupervisor()
    EventLoop.main.run {
      do {
        try FastCGI.selfTest()
        let responder = Responder(socket, settings, logger: logger)
        _ = try Signals([SIGTERM, SIGINT, SIGHUP]) { responder.receive($0) }
        // Requests wait in the socket's queue until it is known whether the database can be used.
        try await responder.database.start()
        try responder.start()
        try await responder.database.becomeReady()
      } catch let mismatch as SchemaMismatch {
        logger.critical("\(mismatch)")
        ExitStatus.configuration.end()
      } catch {
        fail(error, .unavailable)
      }
    }
  }

  /// Answers the one request of a CGI program.
  nonisolated static func answerCGI(_ settings: Settings, logger: Logger) {
    EventLoop.main.run {
      let database = Database(Pool(settings.database, settings.pool, logger: logger), logger: logger)
      try? await database.start()
      let responder = gateway(to: Application.api(database, settings.keys, logger: logger))
      await CGI.respond { await responder($0) }
      ExitStatus.success.end()
    }
  }

  /// A responder without its supervisor would hold the socket for ever: it drains when the supervisor dies. And it is
  /// found under the program's name, although the supervisor has started it as /proc/self/exe.
  private nonisolated static func belongToSupervisor() {
    guard let supervisor = getenv(Supervisor.variable).flatMap({ pid_t(String(cString: $0)) }) else { return }
    unsetenv(Supervisor.variable)
    _ = set_process_name("roster")
    _ = set_parent_death_signal(SIGTERM)
    if getppid() != supervisor { ExitStatus.success.end() }
  }

  private init(_ socket: ListeningSocket, _ settings: Settings, logger: Logger) {
    database = Database(Pool(settings.database, settings.pool, logger: logger), logger: logger)
    var configuration = ServerConfiguration()
    configuration.bodyLimit = settings.bodyLimit
    server = Server(
      socket, configuration, responder: gateway(to: Application.api(database, settings.keys, logger: logger)),
      log: { logger.warning("\($0)") })
    self.settings = settings
    self.logger = logger
  }

  private func start() throws {
    try server.start()
    logger.info("serving; database: \(settings.database.description)")
  }

  private func receive(_ signal: Int32) {
    if signal == SIGHUP, let keys = settings.keys { return keys.reload() }
    terminate()
  }

  private func terminate() {
    if isDraining { ExitStatus.interrupted.end() }
    isDraining = true
    EventLoop.main.start { [self] in await drain() }
  }

  private func drain() async {
    let deadline = EventLoop.main.schedule(after: settings.drainTimeout) { [logger] in
      logger.error("requests were still in flight at the end of --drain-timeout; they are cut off")
      ExitStatus.interrupted.end()
    }
    await server.drain()
    await database.pool.close()
    EventLoop.main.cancel(deadline)
    ExitStatus.success.end()
  }
}
