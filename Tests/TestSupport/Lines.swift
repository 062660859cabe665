package import Logging
internal import Synchronization

/// Keeps what is logged.
package final class Lines: LogHandler, Sendable {
  private let events = Mutex<[(message: String, metadata: Logger.Metadata)]>([])
  /// The messages.
  package var all: [String] { events.withLock { $0.map(\.message) } }

  package init() {}

  /// What stands beside the messages under a name; nil where nothing does.
  package func all(_ name: String) -> [String?] {
    events.withLock { $0.map { $0.metadata[name].map { "\($0)" } } }
  }

  package var metadata: Logger.Metadata {
    get { [:] }
    set {}
  }
  package var logLevel: Logger.Level {
    get { .info }
    set {}
  }
  package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { nil }
    set {}
  }

  package func log(event: LogEvent) {
    events.withLock { $0.append(("\(event.message)", event.metadata ?? [:])) }
  }
}
