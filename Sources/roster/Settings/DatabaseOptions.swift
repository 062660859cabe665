internal import ArgumentParser
internal import EventLoop
internal import Logging
internal import PostgreSQL

extension Logger {
  /// What was written into the database's address and changes nothing.
  func tell(ignored configuration: DatabaseConfiguration) {
    let ignored = configuration.ignoredParameters
    if !ignored.isEmpty { info("without effect in DATABASE_URL: \(ignored.joined(separator: ", "))") }
  }
}

/// Which database, and how many connections to it.
struct DatabaseOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      The database, as libpq takes it: postgresql://USER@HOST/NAME?…, several hosts, or key=value pairs. \
      Prefer the variable: others can read a command line. [DATABASE_URL] (default: libpq's own, from PGHOST and so on)
      """, valueName: "url"))
  var databaseURL: String?

  @Option(help: ArgumentHelp("Connections of each worker. [ROSTER_POOL_SIZE] (default: 8)", valueName: "n"))
  var poolSize: Int?

  @Option(
    help: ArgumentHelp(
      """
      How long a request waits for a database that is away, before it is answered with 503. [ROSTER_POOL_TIMEOUT] \
      (default: 5)
      """, valueName: "seconds"))
  var poolTimeout: Seconds?

  @Option(
    help: ArgumentHelp(
      """
      How long a request waits while every connection is busy, before it is answered with 503. \
      [ROSTER_POOL_BUSY_TIMEOUT] (default: 0.5)
      """, valueName: "seconds"))
  var poolBusyTimeout: Seconds?

  @Option(
    help: ArgumentHelp(
      "The age at which an idle connection is replaced. [ROSTER_POOL_RECYCLE] (default: never)", valueName: "seconds")
  )
  var poolRecycle: Seconds?

  @Option(
    help: ArgumentHelp(
      "Requests that may wait for a connection; more get a 503 at once. [ROSTER_POOL_QUEUE] (default: 1024)",
      valueName: "n"))
  var poolQueue: Int?

  @Option(
    help: ArgumentHelp(
      "How long a statement may take. [ROSTER_STATEMENT_TIMEOUT] (default: 10)", valueName: "seconds"))
  var statementTimeout: Seconds?

  @Flag(
    help: "Send statements unnamed, for PgBouncer before 1.21 in transaction mode. [ROSTER_UNNAMED_STATEMENTS]")
  var unnamedStatements = false

  @Flag(help: "Log every statement with its parameters, as SQLAlchemy does. [ROSTER_ECHO]")
  var echo = false

  /// The database that these options name.
  func configuration() throws -> DatabaseConfiguration {
    Secrecy.hideDatabaseURL()
    do {
      var configuration = try DatabaseConfiguration(url: Setting.value(databaseURL, "DATABASE_URL") ?? "")
      configuration.usesGenericPlans = true  // every statement is found by a key or in the order of one
      if try Setting.isOn(unnamedStatements, "ROSTER_UNNAMED_STATEMENTS") { configuration.preparesStatements = false }
      if let timeout = try Setting.value(statementTimeout, "ROSTER_STATEMENT_TIMEOUT") {
        configuration.statementTimeout = timeout.duration
      }
      return configuration
    } catch let error as ConfigurationError {
      throw ValidationError("DATABASE_URL is malformed, or one of libpq's variables: \(error)")
    }
  }

  /// The pool's settings.
  func poolOptions() throws -> PoolOptions {
    var options = PoolOptions()
    if let size = try Setting.value(poolSize, "ROSTER_POOL_SIZE") {
      options.size = try Setting.check(size, 1...1000, "--pool-size")
    }
    if let queue = try Setting.value(poolQueue, "ROSTER_POOL_QUEUE") {
      options.queue = try Setting.check(queue, 0...1_000_000, "--pool-queue")
    }
    if let timeout = try Setting.value(poolTimeout, "ROSTER_POOL_TIMEOUT") { options.timeout = timeout.duration }
    if let timeout = try Setting.value(poolBusyTimeout, "ROSTER_POOL_BUSY_TIMEOUT") {
      options.busyTimeout = timeout.duration
    }
    options.recycle = try Setting.value(poolRecycle, "ROSTER_POOL_RECYCLE")?.duration
    options.echo = try Setting.isOn(echo, "ROSTER_ECHO")
    return options
  }
}
