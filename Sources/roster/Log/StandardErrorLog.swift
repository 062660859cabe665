internal import Logging

extension Logger {
  /// Opens the file of the log anew, if it is one; where that fails, the old one goes on.
  func openFileAgain() {
    do { try LogOutput.standardError.openAgain() } catch { self.error("\(error); the old file goes on") }
  }
}

/// Writes a line an event to the log.
struct StandardErrorLog: LogHandler {
  let format: LogFormat
  var metadata: Logger.Metadata = [:]
  var logLevel: Logger.Level = .info

  init(_ format: LogFormat) {
    self.format = format
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let fields = metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted { $0.key < $1.key }
    let entry = LogEntry(
      level: event.level, message: event.message.description,
      fields: fields.map { ($0.key, .text($0.value.description)) })
    LogOutput.standardError.write(entry, as: format)
  }
}
