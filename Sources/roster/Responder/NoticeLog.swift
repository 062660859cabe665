internal import EventLoop
internal import FastCGI
internal import Logging

/// What the server notices, for the log. Whoever can connect can cause notices, as many as it likes: each cause is told when it
/// comes up, and then once in a while with the number of times.
@LoopActor final class NoticeLog {
  private static let period = 10
  private let repetitions = RepetitionTeller<String>(period: .seconds(period))
  private let logger: Logger

  init(_ logger: Logger) {
    self.logger = logger
  }

  func tell(_ notice: Notice) {
    repetitions.note(notice.cause, notice) { [logger] notice, count in
      let number = count.map { " (\($0) times within \(Self.period) s)" } ?? ""
      logger.warning("\(notice)\(number)")
    }
  }
}
