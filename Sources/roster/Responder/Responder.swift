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
    var memoryLimit: Int
    /// See ``RootPathOptions``.
    var rootPath: String
    var drainTimeout: Duration
    /// Those who may call; nil is everybody.
    var keys: Keys?
  }

  /// How long web servers may keep connections that they were asked to end; nginx ends them at once.
  private static let longestGrace = Duration.seconds(5)

  private let server: Server
  private let database: Database
  private let settings: Settings
  private let supervision: Supervision?
  private let manager: ServiceManager?
  private let logger: Logger
  private var isDraining = false

  /// Serves until SIGTERM.
  nonisolated static func run(_ socket: ListeningSocket, _ settings: Settings, logger: Logger) {
    let supervision = Supervision.begin()
    EventLoop.main.run {
      do {
        try FastCGI.selfTest()
        let responder = Responder(socket, settings, supervision, logger: logger)
        _ = try Signals([SIGTERM, SIGINT, SIGQUIT, SIGHUP]) { responder.receive($0) }
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
      let pool = Pool(settings.database, settings.pool, logger: logger)
      let database = Database(pool, warns: false, logger: logger)
      do { try await database.start() } catch { logger.critical("\(error)") }
      let responder = gateway(
        to: Application.api(database, settings.keys, logger: logger), rootPath: settings.rootPath)
      var configuration = ServerConfiguration()
      configuration.bodyLimit = settings.bodyLimit
      await CGI.respond(configuration, log: { logger.warning("\($0)") }) { await responder($0) }
      ExitStatus.success.end()
    }
  }

  private init(
    _ socket: ListeningSocket, _ settings: Settings, _ supervision: Supervision?, logger: Logger
  ) {
    database = Database(
      Pool(settings.database, settings.pool, logger: logger), warns: supervision?.warns ?? true, logger: logger)
    var configuration = ServerConfiguration()
    configuration.bodyLimit = settings.bodyLimit
    configuration.memoryLimit = settings.memoryLimit
    server = Server(
      socket, configuration,
      responder: gateway(to: Application.api(database, settings.keys, logger: logger), rootPath: settings.rootPath),
      log: { logger.warning("\($0)") })
    self.settings = settings
    self.supervision = supervision
    manager = supervision == nil ? ServiceManager() : nil
    self.logger = logger
  }

  private func start() throws {
    if supervision?.isTrial == true, !database.isReady {
      logger.error("the workers that run are not replaced by one that cannot use its database")
      ExitStatus.unavailable.end()
    }
    try server.start()
    logger.info("serving; database: \(settings.database.description)")
    supervision?.ready()
    manager?.ready("serving")
    StartupCode.forget()
  }

  /// SIGHUP is the supervisor's to act on. Without one, it reads the keys again, if there are any; else whoever has started
  /// this process starts the next.
  private func receive(_ signal: Int32) {
    if signal == SIGHUP, supervision != nil { return }
    if signal == SIGHUP, let keys = settings.keys { return keys.reload() }
    if !isDraining {
      isDraining = true
      manager?.stopping()
      EventLoop.main.start { [self] in await drain() }
    } else if supervision == nil {
      ExitStatus.interrupted.end()
    }  // else: a terminal, systemd or the kernel has told us, and the supervisor too
  }

  private func drain() async {
    let deadline = EventLoop.main.schedule(after: settings.drainTimeout) { [logger] in
      logger.error("requests were still in flight at the end of --drain-timeout; they are cut off")
      ExitStatus.interrupted.end()
    }
    await server.drain(grace: min(Self.longestGrace, settings.drainTimeout / 2))
    await database.pool.close()
    EventLoop.main.cancel(deadline)
    ExitStatus.success.end()
  }
}
