internal import EventLoop
internal import Logging
internal import WebAPI

/// What fails with requests, for the log: each cause is told when it comes up, and then once a second with the number of times. What
/// fails with every request fails thousands of times a second.
@LoopActor final class FailureLog {
  static let shared = FailureLog()
  private var repetitions = Repetitions<String>(period: .seconds(1))

  /// Tells what has become of a request, and of those that the same becomes of within the next second their number.
  nonisolated static func tell(
    _ cause: String, _ message: String, _ metadata: Logger.Metadata, _ logger: Logger
  ) {
    // Every request is answered on the loop.
    LoopActor.assumeIsolated { shared.tell(cause, message, metadata, logger) }
  }

  private func tell(_ cause: String, _ message: String, _ metadata: Logger.Metadata, _ logger: Logger) {
    switch repetitions.note(cause, at: EventLoop.main.now) {
    case .tell: logger.error("\(message)", metadata: metadata)
    case .gather:
      _ = EventLoop.main.schedule(after: repetitions.period) { [self] in
        let count = repetitions.gathered(cause, at: EventLoop.main.now)
        logger.error("\(message)", metadata: metadata.merging(["repeated": "\(count)"]) { $1 })
      }
    case .count: break
    }
  }
}

extension Request {
  /// What other logs call it, where the web server says so.
  var idMetadata: Logger.Metadata { id.map { ["request_id": "\($0.text)"] } ?? [:] }
}
