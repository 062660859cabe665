internal import CLinux
internal import EventLoop
internal import FastCGI
internal import Gateway
internal import Glibc
internal import Logging
internal import PostgreSQL
internal import WebAPI

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
    var bounds: Application.Bounds
    var drainTimeout: Duration
    var requestLines: RequestLines
    /// Those who may call; nil is everybody.
    var keys: Keys?
    /// Who is told how the service does.
    var manager: ServiceManager?
  }

  /// How long web servers may keep connections that they were asked to end; nginx ends them at once.
  private static let longestGrace = Duration.seconds(5)

  private enum State {
    /// Requests wait in the queues of the sockets until it is known whether the database can be used.
    case starting
    case serving
    case draining
    /// It is the supervisor's to say when it ends, which this process has become.
    case succeeded
  }

  private let sockets: ListeningSockets
  private let server: Server
  private let database: Database
  private let settings: Settings
  private let supervision: Supervision?
  private let sharing: Sharing?
  private let figures: WorkerFigures?
  private let manager: ServiceManager?
  private let logger: Logger
  private let readSettings: @Sendable () throws -> Generation.Settings
  private var state = State.starting
  private var signals: Signals?
  private var control: ControlSocket?

  /// Serves until SIGTERM. `readSettings` is asked at SIGHUP.
  nonisolated static func run(
    _ sockets: ListeningSockets, _ settings: Settings, _ supervision: Supervision?, logger: Logger,
    readSettings: @escaping @Sendable () throws -> Generation.Settings
  ) {
    runLoop {
      supervision?.begin()
      do {
        try FastCGI.selfTest()
        try await Responder(sockets, settings, supervision, logger: logger, readSettings).serve()
      } catch FastCGIError.libraryNotOverridden {
        fail(FastCGIError.libraryNotOverridden, .software)
      } catch let mismatch where mismatch is SchemaMismatch || mismatch is ProgramMismatch {
        logger.critical("\(mismatch)")
        supervision?.tell(reason: "\(mismatch)")
        ExitStatus.configuration.end()
      } catch {
        fail(error, .unavailable)
      }
    }
  }

  private init(
    _ sockets: ListeningSockets, _ settings: Settings, _ supervision: Supervision?, logger: Logger,
    _ readSettings: @escaping @Sendable () throws -> Generation.Settings
  ) throws(ProgramMismatch) {
    let application = Application(settings.bounds)
    let problems = application.problems
    guard problems.isEmpty else { throw ProgramMismatch(problems: problems) }
    let pool = Pool(settings.database, settings.pool, logger: logger)
    database = Database(
      pool, application, supervision?.warns == false ? .silent : .thorough, logger: logger)
    var configuration = ServerConfiguration()
    configuration.bodyLimit = settings.bodyLimit
    configuration.memoryLimit = settings.memoryLimit
    let limit = DescriptorLimit.raise()
    let room = DescriptorLimit.connections(of: limit, poolSize: settings.pool.size)
    if room < configuration.connections {
      logger.warning(
        "at most \(room) connections, since this process may have \(limit) descriptors: ulimit -n, LimitNOFILE=")
      configuration.connections = room
    }
    let notices = NoticeLog(logger)
    let api = application.api(database, settings.keys, logger: logger)
    let figures = WorkerFigures(supervision, api, database, poolSize: settings.pool.size)
    let log = settings.requestLines.log(worker: supervision?.place)
    configuration.refuse = Self.refusing(figures, log)
    configuration.bodyReading = bodyReading(of: api, rootPath: settings.rootPath)
    server = Server(
      sockets, configuration, responder: Self.responder(to: api, figures?.meter, log, settings, logger),
      log: { notices.tell($0) })
    self.sockets = sockets
    self.readSettings = readSettings
    self.settings = settings
    self.supervision = supervision
    sharing = supervision?.seat.map { [server] in Sharing($0, server) }
    self.figures = figures
    manager = settings.manager
    self.logger = logger
  }

  static func responder(
    to api: API, _ meter: RequestMeter?, _ log: AccessLog?, _ settings: Settings, _ logger: Logger
  ) -> FastCGI.Responder {
    gateway(to: api, rootPath: settings.rootPath, meter: meter, log: log)
  }

  /// What answers requests that are refused unread, counts them and tells of them.
  static func refusing(
    _ figures: WorkerFigures?, _ log: AccessLog?
  ) -> @LoopActor @Sendable (Refusal, FastCGI.Request) -> FastCGI.Response {
    { refusal, request in
      let response = figures?.refuse(refusal) ?? refusal.response
      log?.noteRefused(request, response)
      return response
    }
  }

  private func serve() async throws {
    try watchSignals()
    try await database.start()
    try start()
    do { try await database.becomeReady() } catch  where state == .succeeded {}  // it is not its database any more
  }

  private func start() throws {
    if supervision?.isTrial == true, let problem = database.problem {
      logger.error("the workers that run are not replaced by one that cannot use its database")
      supervision?.tell(reason: "it cannot use its database: \(problem)")
      ExitStatus.unavailable.end()
    }
    try server.start()
    state = .serving
    logger.info("serving; database: \(settings.database.description)")
    if let keys = settings.keys { logger.info("\(keys.summary)") }
    if supervision == nil { openControl() }
    figures?.begin(server)
    supervision?.ready()
    sharing?.begin()
    manager?.begins("serving")
    tellThatItTurns()
  }

  /// Each second, until a supervisor does, which this process may become.
  private func tellThatItTurns() {
    guard let manager, state != .succeeded else { return }
    manager.answers()
    _ = EventLoop.main.schedule(after: Vigil.interval) { [self] in tellThatItTurns() }
  }

  // MARK: Signals

  private func watchSignals() throws {
    signals = try Signals([SIGTERM, SIGINT, SIGQUIT, SIGHUP, SIGUSR1]) { [self] in receive($0) }
  }

  /// Under a supervisor it is the supervisor that reloads; and a terminal, systemd or the kernel may tell everybody
  /// what the supervisor tells as well.
  private func receive(_ signal: Int32) {
    if signal == SIGHUP { return hangUp() }
    if signal == SIGUSR1 { return logger.openFileAgain() }
    switch state {
    case .draining where supervision == nil: ExitStatus.interrupted.end()
    case .starting:
      if supervision == nil { sockets.removeFiles() }
      ExitStatus.success.end()
    case .serving:
      state = .draining
      sharing?.end()
      manager?.stopping()
      EventLoop.main.start { [self] in await drain() }
    case .draining, .succeeded: break
    }
  }

  /// Whoever has lost a key shall not wait for anything else that a reload brings, nor for another reload where one was
  /// given up: also who starts and who finishes reads them.
  private func hangUp() {
    readKeys()
    if state == .serving, supervision == nil { reload() }
  }

  private func openControl() {
    do { control = try ControlSocket { [self] in hangUp() } } catch { logger.warning("\(error)") }
  }

  func readKeys() { settings.keys?.reload() }

  /// A launcher that has started this process may start no other when it ends (spawn-fcgi never does, supervisord not where the
  /// status was to be expected). So it stays, and those that it starts take its place.
  private func reload() {
    signals.take()?.stop()
    do {
      try Supervisor.succeed(self, sockets, manager, control, readSettings: readSettings)
      state = .succeeded
    } catch {
      logger.error("the reload was given up, and this responder goes on: \(error)")
      ControlSocket.tell(.givenUp(reason: "\(error)"), to: control?.takeAsking() ?? [])
      do { try watchSignals() } catch { fail(error, .unavailable) }
    }
  }

  // MARK: The end

  /// Answers every request that has come, however long that takes.
  func finish(keepsSockets: Bool) async {
    await server.drain(grace: min(Self.longestGrace, settings.drainTimeout / 2), keepsSockets: keepsSockets)
    await database.pool.close()
    figures?.end()
  }

  private func drain() async {
    let deadline = EventLoop.main.schedule(after: settings.drainTimeout) { [logger] in
      logger.error("requests were still in flight at the end of --drain-timeout; they are cut off")
      ExitStatus.interrupted.end()
    }
    await finish(keepsSockets: false)
    EventLoop.main.cancel(deadline)
    ExitStatus.success.end()
  }
}
