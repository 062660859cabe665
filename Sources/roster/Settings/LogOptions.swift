public import ArgumentParser
public import Gateway
public import Logging

extension Logger.Level: @retroactive ExpressibleByArgument {}
extension AccessLog.Level: ExpressibleByArgument {}

/// What is logged, to file descriptor 2, and as what.
struct LogOptions: ParsableArguments {
  @Option(Settings.logLevel) var logLevel: Logger.Level?
  @Option(Settings.logFormat) var logFormat: LogFormat?
  @Option(Settings.logFile) var logFile: String?
  @Option(Settings.accessLog) var accessLog: AccessLog.Level?
  @Option(Settings.slowRequest) var slowRequest: Seconds?

  func format() throws -> LogFormat { try Settings.logFormat.value(logFormat) }

  /// A logger as these options want it.
  func logger() throws -> Logger {
    let format = try format()
    var logger = Logger(label: "roster") { _ in StandardErrorLog(format) }
    logger.logLevel = try Settings.logLevel.value(logLevel)
    return logger
  }

  /// What is told of requests.
  func requestLines() throws -> RequestLines {
    RequestLines(
      level: try Settings.accessLog.value(accessLog), slow: try Settings.slowRequest.value(slowRequest).duration,
      format: try format())
  }

  /// From now on the log goes to --log-file, if there is one.
  func openFile() throws {
    guard let path = try Settings.logFile.value(logFile) else { return }
    do { try LogOutput.standardError.open(path) } catch { fail(error, .configuration) }
  }
}
