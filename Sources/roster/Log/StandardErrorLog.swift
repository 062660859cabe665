internal import Logging

extension Logger {
  /// Opens the file of the log anew, if it is one; where that fails, the old one goes on.
  func openFileAgain() {
    do { try LogOutput.standardError.openAgain() } catch { self.error("\(error); the old file goes on") }
  }
}

/// Writes a line an event to file descriptor 2.
struct StandardErrorLog: LogHandler {
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var line = "\(LogLine.head(event.level)) \(LogLine.escaped(event.message.description))"
    for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
      $0.key < $1.key
    }) {
      line += " \(key)=\(LogLine.escaped(value.description))"
    }
    LogOutput.standardError.write(LogLine.bytes(line), isCritical: event.level == .critical)
  }
}
