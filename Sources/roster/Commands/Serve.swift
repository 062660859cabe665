internal import ArgumentParser
internal import EventLoop
internal import FastCGI
internal import Glibc
internal import Logging

/// `roster serve`: a responder, or several under supervision.
struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Answer requests over FastCGI, or one request over CGI.",
    discussion: """
      Listens on --listen, on file descriptor 0 where that is a socket (spawn-fcgi, mod_fcgid, systemd), and on all of \
      systemd's LISTEN_FDS. With GATEWAY_INTERFACE in the environment and no socket, answers one request as a CGI program.

      With --workers, opens the socket, keeps that many responders running on it, and replaces one that dies. Without it, \
      is one responder itself.

      SIGTERM, SIGINT, SIGQUIT: no new requests, those in flight are finished, then exit 0. A second one ends at once.
      SIGHUP: reads --env-file again and replaces the workers, one after another, by the program that is installed now; no \
      request is lost, and where a new worker cannot serve, the old ones go on. Without --workers too: this process then \
      becomes the supervisor of one.
      SIGUSR1: opens --log-file anew. SIGTTIN, SIGTTOU: one worker more or less, until the next reload. SIGUSR2: nothing.

      With NOTIFY_SOCKET in the environment, tells systemd when it is ready, reloading and stopping (Type=notify).

      \(Settings.coreFiles.sentence)
      \(Settings.webServerAddresses.sentence)
      """)

  @OptionGroup var options: ServiceOptions

  func run() throws {
    let supervision = Supervision.current
    try options.environment.load(options.account)
    let account = try options.account.account()
    let logger = try options.log.logger()
    LogOutput.standardError.layout(try options.log.format())
    if let supervision, supervision.isAdmin { return try serveAdmin(supervision, logger) }
    var settings = try responderSettings()
    let keyFile = try options.access.file()
    if CGI.isInvocation {
      try options.log.openFile()
      settings.keys = keyFile.map { Keys($0, logger: logger) }
      return Responder.answerCGI(settings, logger: logger)
    }
    let workers = try options.requests.workerCount()
    let generation = try generationSettings(workers)
    let (sockets, adminSockets) = try openSockets(supervision, account)
    // As the user that the service runs as.
    try options.log.openFile()
    if supervision == nil {
      try options.process.makePIDFile()
      settings.manager = ServiceManager(readyDescriptor: try options.process.readyDescriptor())
      tell(sockets, adminSockets, settings, logger)
    }
    // The supervisor reads them too: better it stops than its workers.
    settings.keys = keyFile.map { Keys($0, logger: logger) }
    let readSettings: @Sendable () throws -> Generation.Settings = {
      try options.environment.load(options.account)
      _ = try options.account.account()
      let settings = try generationSettings(options.requests.workerCount())
      for unknown in UnknownSetting.all(among: ProcessEnvironment.all) { settings.logger.warning("\(unknown)") }
      return settings
    }
    if workers != nil {
      Supervisor.run(sockets, admin: adminSockets, generation, settings.manager, readSettings: readSettings)
    } else {
      Responder.run(sockets, settings, supervision, logger: logger, readSettings: readSettings)
    }
  }

  /// What is told once, not by each worker.
  private func tell(
    _ sockets: ListeningSockets, _ admin: ListeningSockets?, _ settings: Responder.Settings, _ logger: Logger
  ) {
    logger.info("listening on \(sockets)")
    if let admin { logger.info("listening on \(admin), for whoever looks after the service") }
    logger.tell(ignored: settings.database)
    for concern in (try? options.environment.concerns()) ?? [] { logger.warning("\(concern)") }
  }

  /// A responder by itself is the first of one worker when it is told to reload.
  private func generationSettings(_ workers: Int?) throws -> Generation.Settings {
    Generation.Settings(
      workers: workers ?? 1, drainTimeout: try options.requests.drainDuration(), logger: try options.log.logger())
  }

  private func responderSettings() throws -> Responder.Settings {
    Responder.Settings(
      database: try options.database.configuration(), pool: try options.database.poolOptions(),
      bodyLimit: try options.requests.bodyLimit(), memoryLimit: try options.requests.memoryLimit(),
      rootPath: try options.root.path(), bounds: try options.bounds.bounds(),
      drainTimeout: try options.requests.drainDuration(), requestLines: try options.log.requestLines())
  }

  /// The process that --admin is served by.
  private func serveAdmin(_ supervision: Supervision, _ logger: Logger) throws {
    let (sockets, _) = try openSockets(supervision, nil)
    try options.log.openFile()
    Admin.run(sockets, supervision, logger: logger)
  }

  /// Those that the supervisor has passed on, else new ones.
  private func openSockets(
    _ supervision: Supervision?, _ account: Account?
  ) throws -> (service: ListeningSockets, admin: ListeningSockets?) {
    do {
      if let passed = supervision?.sockets { return (try .inherited(passed), nil) }
      return try options.socket.open(for: account, hasWorkers: options.requests.workerCount() != nil)
    } catch let error as FastCGIError {
      fail(error, .unavailable)
    }
  }
}
