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
  @Option(Settings.databaseURL) var databaseURL: String?
  @Option(Settings.poolSize) var poolSize: Int?
  @Option(Settings.poolTimeout) var poolTimeout: Seconds?
  @Option(Settings.poolBusyTimeout) var poolBusyTimeout: Seconds?
  @Option(Settings.poolRecycle) var poolRecycle: Seconds?
  @Option(Settings.poolQueue) var poolQueue: Int?
  @Option(Settings.statementTimeout) var statementTimeout: Seconds?
  @Flag(Settings.unnamedStatements) var unnamedStatements = false
  @Flag(Settings.echo) var echo = false

  /// The database that these options name.
  func configuration() throws -> DatabaseConfiguration {
    Secrecy.hideSecrets()
    do {
      var configuration = try DatabaseConfiguration(url: Settings.databaseURL.value(databaseURL) ?? "")
      configuration.applicationName = "roster"
      configuration.usesGenericPlans = true  // every statement is found by a key or in the order of one
      if try Settings.unnamedStatements.isOn(unnamedStatements) { configuration.preparesStatements = false }
      configuration.statementTimeout = try Settings.statementTimeout.value(statementTimeout).duration
      return configuration
    } catch let error as ConfigurationError {
      throw ValidationError("DATABASE_URL is malformed, or one of libpq's variables: \(error)")
    }
  }

  /// The pool's settings.
  func poolOptions() throws -> PoolOptions {
    var options = PoolOptions()
    options.size = try Settings.poolSize.value(poolSize)
    options.queue = try Settings.poolQueue.value(poolQueue)
    options.timeout = try Settings.poolTimeout.value(poolTimeout).duration
    options.busyTimeout = try Settings.poolBusyTimeout.value(poolBusyTimeout).duration
    options.recycle = try Settings.poolRecycle.value(poolRecycle)?.duration
    options.echo = try Settings.echo.isOn(echo)
    return options
  }
}
