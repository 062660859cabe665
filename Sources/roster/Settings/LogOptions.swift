public import ArgumentParser
public import Logging

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// What is logged, to file descriptor 2.
struct LogOptions: ParsableArguments {
  @Option(Settings.logLevel) var logLevel: Logger.Level?
  @Option(Settings.logFile) var logFile: String?

  /// A logger as these options want it.
  func logger() throws -> Logger {
    var logger = Logger(label: "roster") { _ in StandardErrorLog() }
    logger.logLevel = try Settings.logLevel.value(logLevel)
    return logger
  }

  /// From now on the log goes to --log-file, if there is one.
  func openFile() throws {
    guard let path = try Settings.logFile.value(logFile) else { return }
    do { try LogOutput.standardError.open(path) } catch { fail(error, .configuration) }
  }
}
