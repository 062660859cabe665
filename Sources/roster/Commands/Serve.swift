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
      Listens on --listen; without it on file descriptor 0 (spawn-fcgi, mod_fcgid, systemd) or on systemd's LISTEN_FDS. \
      With GATEWAY_INTERFACE in the environment and no socket, answers one request as a CGI program.

      With --workers, opens the socket, keeps that many responders running on it, and replaces one that dies. Without it, \
      is one responder itself.

      SIGTERM, SIGINT, SIGQUIT: no new requests, those in flight are finished, then exit 0. A second one ends at once.
      SIGHUP, with --workers: reads --env-file again and replaces the workers, one after another, by the program that is \
      installed now; no request is lost, and where a new worker cannot serve, the old ones go on. Without --workers: \
      reads the file of --api-keys again; without one, as SIGTERM, for a launcher that starts the next one.
      SIGUSR1, SIGUSR2: nothing; the log goes to file descriptor 2, so there is none to reopen.

      With NOTIFY_SOCKET in the environment, tells systemd when it is ready, reloading and stopping (Type=notify). \
      ROSTER_CORE_FILES=1 permits core files, which contain the database's password, and debuggers.

      FCGI_WEB_SERVER_ADDRS: the addresses, separated by commas, that may connect over TCP.
      """)

  @Option(
    help: ArgumentHelp(
      "The socket: unix:PATH or HOST:PORT. [ROSTER_LISTEN] (default: an inherited socket)", valueName: "address"))
  var listen: String?

  @Option(
    help: ArgumentHelp(
      "Responder processes to keep running on the socket. [ROSTER_WORKERS] (default: this process alone)",
      valueName: "n"))
  var workers: Int?

  @Option(
    help: ArgumentHelp(
      "Run as this user once the socket is open; needs root. [ROSTER_USER] (default: no change)", valueName: "name"))
  var user: String?

  @Option(
    help: ArgumentHelp(
      "Permissions of a Unix socket, in octal. [ROSTER_SOCKET_MODE] (default: 0660)", valueName: "mode"))
  var socketMode: String?

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

  @OptionGroup var root: RootPathOptions
  @OptionGroup var environment: EnvironmentOptions
  @OptionGroup(title: "Access") var access: KeyOptions
  @OptionGroup(title: "Database") var database: DatabaseOptions
  @OptionGroup(title: "Logging") var log: LogOptions

  func run() throws {
    for signal in [SIGPIPE, SIGUSR1, SIGUSR2] { Glibc.signal(signal, SIG_IGN) }
    try environment.load()
    let logger = try log.logger()
    var settings = try responderSettings()
    let keyFile = try access.file()
    if CGI.isInvocation {
      settings.keys = keyFile.map { Keys($0, logger: logger) }
      return Responder.answerCGI(settings, logger: logger)
    }
    let supervision = try supervisorSettings()
    let socket = try openSocket()
    // As the user that the service runs as. The supervisor reads them too: better it stops than its workers.
    settings.keys = keyFile.map { Keys($0, logger: logger) }
    if let supervision {
      if let file = try environment.unreadable() {
        logger.warning("--env-file \(file) cannot be read by this user: every reload will be given up")
      }
      Supervisor.run(socket, supervision) {
        try environment.load()
        return try supervisorSettings() ?? supervision
      }
    } else {
      Responder.run(socket, settings, logger: logger)
    }
  }

  /// Nothing without --workers.
  private func supervisorSettings() throws -> Generation.Settings? {
    guard let workers = try Setting.value(workers, "ROSTER_WORKERS") else { return nil }
    return Generation.Settings(
      workers: try Setting.check(workers, 1...256, "--workers"), drainTimeout: try drainDuration(),
      logger: try log.logger())
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
      drainTimeout: try drainDuration())
  }

  /// The socket of --listen, open before privileges are given up; else an inherited one.
  private func openSocket() throws -> ListeningSocket {
    let account = try Setting.value(user, "ROSTER_USER").map(Account.init(named:))
    let address = try Setting.value(listen, "ROSTER_LISTEN").map(parse)
    let mode = try mode()
    do {
      let owner = account.map { ($0.user, $0.group) }
      let socket = try address.map { try ListeningSocket.open($0, mode: mode, owner: owner) }
      guard let socket = try socket ?? ListeningSocket.inherited() else { throw noSocket }
      try account?.become()
      return socket
    } catch let error as FastCGIError {
      fail(error, .unavailable)
    }
  }

  private func parse(_ address: String) throws -> ListenAddress {
    do {
      return try ListenAddress(address)
    } catch {
      throw ValidationError("--listen \(error).")
    }
  }

  private var noSocket: ValidationError {
    ValidationError(
      """
      There is no socket: file descriptor 0 is none that listens, and LISTEN_FDS is not set. Say where to listen, for \
      example with --listen unix:/run/roster/roster.sock, or start roster with spawn-fcgi or systemd.
      """)
  }

  private func mode() throws -> mode_t {
    let text = try Setting.value(socketMode, "ROSTER_SOCKET_MODE") ?? "0660"
    guard let mode = mode_t(text, radix: 8), mode <= 0o777 else {
      throw ValidationError("--socket-mode must be octal, such as 0660, not '\(text)'.")
    }
    return mode
  }
}
