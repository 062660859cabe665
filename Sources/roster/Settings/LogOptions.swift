public import ArgumentParser
internal import Glibc
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

/// Writes a line an event to file descriptor 2, and never waits: a reader that has stalled loses lines, not requests.
struct StandardErrorLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "\(Self.time()) \(event.level) [\(getpid())] \(LogLine.escaped(event.message.description))"
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
      $0.key < $1.key
    }) {
      line += " \(key)=\(LogLine.escaped(value.description))"
    }
    Self.write(line)
  }

  private static func time() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let milliseconds = String(1000 + now.tv_nsec / 1_000_000).dropFirst()
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(milliseconds)Z"
  }

  /// A pipe that reports room takes 4096 bytes (PIPE_BUF) at once without blocking.
  private static func write(_ line: String) {
    var ready = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
    guard poll(&ready, 1, 0) == 1 else { return }
    let bytes = LogLine.bytes(line)
    _ = Glibc.write(STDERR_FILENO, bytes, bytes.count)
  }
}
