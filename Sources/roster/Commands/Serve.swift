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
      SIGUSR1, SIGUSR2: nothing; the log goes to file descriptor 2, so there is none to reopen.

      With NOTIFY_SOCKET in the environment, tells systemd when it is ready, reloading and stopping (Type=notify). \
      ROSTER_CORE_FILES=1 permits core files, which contain the database's password, and debuggers.

      FCGI_WEB_SERVER_ADDRS: the addresses, separated by commas, that may connect over TCP.
      """)

  @Option(
    help: ArgumentHelp(
      "Responder processes to keep running on the socket. [ROSTER_WORKERS] (default: this process alone)",
      valueName: "n"))
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "The longest request body; a longer one is answered with 413. [ROSTER_MAX_BODY] (default: 1048576)",
      valueName: "bytes"))
  var maxBody: Int?

  @Option(
    help: ArgumentHelp(
      """
      What the requests that a process has may take of its memory; further ones are answered with 503. \
      [ROSTER_MAX_MEMORY] (default: 67108864, or what the longest body needs)
      """, valueName: "bytes"))
  var maxMemory: Int?

  @Option(
    help: ArgumentHelp(
      "How long SIGTERM waits for requests in flight. [ROSTER_DRAIN_TIMEOUT] (default: 30)", valueName: "seconds"))
  var drainTimeout: Seconds?

  @OptionGroup var socket: SocketOptions
  @OptionGroup var root: RootPathOptions
  @OptionGroup var bounds: BoundsOptions
  @OptionGroup var account: AccountOptions
  @OptionGroup var environment: EnvironmentOptions
  @OptionGroup(title: "Access") var access: KeyOptions
  @OptionGroup(title: "Database") var database: DatabaseOptions
  @OptionGroup(title: "Logging") var log: LogOptions

  func run() throws {
    let supervision = Supervision.begin()
    try environment.load(self.account)
    let account = try account.account()
    let logger = try log.logger()
    var settings = try responderSettings()
    let keyFile = try access.file()
    if CGI.isInvocation {
      settings.keys = keyFile.map { Keys($0, logger: logger) }
      return Responder.answerCGI(settings, logger: logger)
    }
    let workers = try workerCount()
    let generation = try generationSettings(workers)
    let sockets = try openSockets(supervision, account)
    if supervision == nil { tell(sockets, settings, logger) }
    // As the user that the service runs as. The supervisor reads them too: better it stops than its workers.
    settings.keys = keyFile.map { Keys($0, logger: logger) }
    let readSettings: @Sendable () throws -> Generation.Settings = {
      try environment.load(self.account)
      _ = try self.account.account()
      return try generationSettings(workerCount())
    }
    if workers != nil {
      Supervisor.run(sockets, generation, readSettings: readSettings)
    } else {
      Responder.run(sockets, settings, supervision, logger: logger, readSettings: readSettings)
    }
  }

  /// What is told once, not by each worker.
  private func tell(_ sockets: ListeningSockets, _ settings: Responder.Settings, _ logger: Logger) {
    logger.info("listening on \(sockets)")
    logger.tell(ignored: settings.database)
    for concern in (try? environment.concerns()) ?? [] { logger.warning("\(concern)") }
  }

  /// Nothing without --workers.
  private func workerCount() throws -> Int? {
    try Setting.value(workers, "ROSTER_WORKERS").map { try Setting.check($0, 1...256, "--workers") }
  }

  /// A responder by itself is the first of one worker when it is told to reload.
  private func generationSettings(_ workers: Int?) throws -> Generation.Settings {
    Generation.Settings(workers: workers ?? 1, drainTimeout: try drainDuration(), logger: try log.logger())
  }

  private func drainDuration() throws -> Duration {
    try Setting.value(drainTimeout, "ROSTER_DRAIN_TIMEOUT")?.duration ?? .seconds(30)
  }

  private func responderSettings() throws -> Responder.Settings {
    let bodyLimit = try Setting.check(
      Setting.value(maxBody, "ROSTER_MAX_BODY") ?? 1 << 20, 0...(1 << 30), "--max-body")
    let leastMemory = ServerConfiguration.leastMemory(bodyLimit: bodyLimit)
    return Responder.Settings(
      database: try database.configuration(), pool: try database.poolOptions(), bodyLimit: bodyLimit,
      memoryLimit: try Setting.check(
        Setting.value(maxMemory, "ROSTER_MAX_MEMORY") ?? max(64 << 20, leastMemory), leastMemory...(1 << 40),
        "--max-memory"),
      rootPath: try root.path(),
      bounds: try bounds.bounds(),
      drainTimeout: try drainDuration())
  }

  /// Those that the supervisor has passed on, else new ones.
  private func openSockets(_ supervision: Supervision?, _ account: Account?) throws -> ListeningSockets {
    do {
      if let passed = supervision?.sockets { return try .inherited(passed) }
      return try socket.open(for: account)
    } catch let error as FastCGIError {
      fail(error, .unavailable)
    }
  }
}
