internal import EventLoop
internal import Logging
internal import WebAPI

/// What fails with requests, for the log: each cause is told when it comes up, and then once a second with the number of times. What
/// fails with every request fails thousands of times a second.
@LoopActor enum FailureLog {
  private static let repetitions = RepetitionTeller<String>(period: .seconds(1))

  /// Tells what has become of a request, and of those that the same becomes of within the next second their number.
  nonisolated static func tell(
    _ cause: String, _ message: String, _ metadata: Logger.Metadata, _ logger: Logger
  ) {
    // Every request is answered on the loop.
    LoopActor.assumeIsolated {
      repetitions.note(cause, metadata) { metadata, count in
        let number = count.map { ["repeated": "\($0)"] as Logger.Metadata } ?? [:]
        logger.error("\(message)", metadata: metadata.merging(number) { $1 })
      }
    }
  }
}

extension Request {
  /// What other logs call it, where the web server says so.
  var idMetadata: Logger.Metadata { id.map { ["request_id": "\($0.text)"] } ?? [:] }
}
