internal import Gateway
internal import Logging

/// Every setting of the service. An option group takes it from here by its name.
enum Settings {
  // MARK: Processes and sockets

  static let listen = OptionalSetting<String>(
    "listen", "address", default: "inherited sockets", isSupervisors: true,
    """
    The socket: unix:PATH, HOST:PORT (all addresses of HOST) or *:PORT (all of this machine's). Inherited sockets are \
    served as well.
    """)
  static let admin = OptionalSetting<String>(
    "admin", "address", default: "none", isSupervisors: true,
    """
    A second socket, as of --listen, for whoever looks after the service: /metrics, /status, /livez, /readyz. It needs --workers, and \
    answers also while none of them does. Mode and group are those of --listen.
    """)
  static let workers = OptionalSetting<Int>(
    "workers", "n", default: "this process alone", isSupervisors: true,
    "Responder processes to keep running on the socket.",
    check: workerCounts.check("--workers"))
  static let workerCounts = 1...256
  static let user = OptionalSetting<String>(
    "user", "name", default: "no change", isSupervisors: true,
    "Run as this user, with its HOME, USER and LOGNAME, once the socket is open; needs root.")
  static let socketMode = Setting(
    "socket-mode", "mode", default: "0660", isSupervisors: true, "Permissions of a Unix socket, in octal.")
  static let socketGroup = OptionalSetting<String>(
    "socket-group", "name", default: "that of --user", isSupervisors: true,
    "Group of a Unix socket, the web server's.")
  static let envFile = OptionalSetting<String>(
    "env-file", "path", default: "none", isSupervisors: true,
    """
    A file of lines NAME=VALUE, as systemd's EnvironmentFile, that win over the environment; SIGHUP reads it again. \
    Refused where others could have written it.
    """)
  static let pidFile = OptionalSetting<String>(
    "pid-file", "path", default: "none", isSupervisors: true,
    """
    Where the number of this process stands while it serves, for launchers that look there. Made by the user that it runs \
    as, in a directory where that user may.
    """)
  static let readyFD = OptionalSetting<Int>(
    "ready-fd", "n", default: "none", isSupervisors: true,
    "A descriptor on which a newline says that requests are answered, as s6 wants it.",
    check: (3...65535).check("--ready-fd"))
  static let drainTimeout = Setting(
    "drain-timeout", "seconds", default: Seconds(.seconds(30)), "How long SIGTERM waits for requests in flight.")

  // MARK: Requests

  static let maxBody = Setting(
    "max-body", "bytes", default: 1 << 20,
    "The longest request body; a longer one is answered with 413. nginx has its own limit.",
    check: (0...(1 << 30)).check("--max-body"))
  /// Its bounds depend on ``maxBody``.
  static let maxMemory = OptionalSetting<Int>(
    "max-memory", "bytes", default: "67108864, or what the longest body needs",
    """
    What the requests that a process has may take of its memory, a body counted six times; further ones are answered \
    with 503.
    """)
  static let maxNameLength = OptionalSetting<Int>(
    "max-name-length", "n", default: "none",
    """
    The longest name of a user, in characters (code points); a longer one is answered with 422. roster openapi takes it too.
    """,
    check: (1...(1 << 30)).check("--max-name-length"))
  static let rootPath = OptionalSetting<String>(
    "root-path", "path", default: "what the web server says",
    """
    Where clients reach the API through a proxy that takes a prefix off, such as /api, and says so neither with \
    SCRIPT_NAME nor with REQUEST_URI.
    """)
  static let apiKeys = OptionalSetting<String>(
    "api-keys", "file", default: "everybody may call",
    "The file of those who may call, one line a key; see roster key new --help.")

  // MARK: The database

  static let databaseURL = OptionalSetting<String>(
    "database-url", "url", variable: "DATABASE_URL", default: "libpq's own, from PGHOST and so on", isSecret: true,
    """
    The database, as libpq takes it: postgresql://USER@HOST/NAME?…, several hosts, or key=value pairs. SQLAlchemy's \
    spellings work too.
    """)
  static let poolSize = Setting(
    "pool-size", "n", default: 8, "Connections of each worker.", check: (1...1000).check("--pool-size"))
  static let poolTimeout = Setting(
    "pool-timeout", "seconds", default: Seconds(.seconds(5)),
    "How long a request waits for a database that is away, before it is answered with 503.")
  static let poolBusyTimeout = Setting(
    "pool-busy-timeout", "seconds", default: Seconds(.milliseconds(500)),
    "How long a request waits while every connection is busy, before it is answered with 503.")
  static let poolRecycle = OptionalSetting<Seconds>(
    "pool-recycle", "seconds", default: "never", "The age at which an idle connection is replaced.")
  static let poolQueue = Setting(
    "pool-queue", "n", default: 1024, "Requests that may wait for a connection; more get a 503 at once.",
    check: (0...1_000_000).check("--pool-queue"))
  static let statementTimeout = Setting(
    "statement-timeout", "seconds", default: Seconds(.seconds(10)),
    "How long a request waits for a statement; PostgreSQL breaks it off a twentieth before.")
  static let unnamedStatements = Setting(
    "unnamed-statements", nil, default: Switch(false),
    "Send statements unnamed, for PgBouncer before 1.21 in transaction mode.")

  // MARK: The log

  static let echo = Setting(
    "echo", nil, default: Switch(false), "Log every statement with its parameters, as SQLAlchemy does.")
  static let logLevel = Setting<Logger.Level>(
    "log-level", "level", default: .info,
    "What to log to file descriptor 2: trace, debug, info, notice, warning, error or critical.")
  static let logFormat = Setting(
    "log-format", "format", default: LogFormat.auto,
    """
    What a line of the log is written as: text, logfmt, json, or auto: text, which in systemd's journal has priorities instead of the \
    time.
    """)
  static let logFile = OptionalSetting<String>(
    "log-file", "path", default: "file descriptor 2",
    """
    The file that the log goes to instead; SIGUSR1 opens it anew. Made by the user that the service runs as, in a directory \
    where that user may.
    """)
  static let accessLog = Setting(
    "access-log", "which", default: AccessLog.Level.errors,
    "Requests that have a line of the log: off, errors (500 and above, or given up), slow (those, and slow ones) or all."
  )
  static let slowRequest = Setting(
    "slow-request", "seconds", default: Seconds(.seconds(1)), "From which time on a request is slow.")

  // MARK: Variables alone

  static let coreFiles = SettingText(
    variable: "ROSTER_CORE_FILES", default: "0",
    "1 permits core files, which contain the database's password, and debuggers.")
  static let webServerAddresses = SettingText(
    variable: "FCGI_WEB_SERVER_ADDRS", default: "everybody",
    "The addresses, separated by commas, that may connect over TCP.")
}

extension SettingText {
  /// All settings, in the order of the documentation.
  static let all: [SettingText] = [
    Settings.listen.text, Settings.admin.text, Settings.workers.text, Settings.user.text, Settings.socketMode.text,
    Settings.socketGroup.text, Settings.envFile.text, Settings.pidFile.text, Settings.readyFD.text,
    Settings.drainTimeout.text, Settings.maxBody.text,
    Settings.maxMemory.text, Settings.maxNameLength.text, Settings.rootPath.text, Settings.apiKeys.text,
    Settings.databaseURL.text,
    Settings.poolSize.text, Settings.poolTimeout.text, Settings.poolBusyTimeout.text, Settings.poolRecycle.text,
    Settings.poolQueue.text, Settings.statementTimeout.text, Settings.unnamedStatements.text, Settings.echo.text,
    Settings.logLevel.text, Settings.logFormat.text, Settings.logFile.text, Settings.accessLog.text,
    Settings.slowRequest.text, Settings.coreFiles, Settings.webServerAddresses,
  ]
  /// Those that workers are started without.
  static var ofSupervisor: [SettingText] { all.filter(\.isSupervisors) }
}
