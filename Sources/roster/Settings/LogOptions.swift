public import ArgumentParser
public import Logging

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// What is logged, to file descriptor 2.
struct LogOptions: ParsableArguments {
  @Option(Settings.logLevel) var logLevel: Logger.Level?

  /// A logger as these options want it.
  func logger() throws -> Logger {
    var logger = Logger(label: "roster") { _ in StandardErrorLog() }
    logger.logLevel = try Settings.logLevel.value(logLevel)
    return logger
  }
}
