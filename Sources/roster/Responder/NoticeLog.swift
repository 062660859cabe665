internal import EventLoop
internal import FastCGI
internal import Logging

/// What the server notices, for the log. Whoever can connect can cause notices, as many as it likes: each cause is told when it
/// comes up, and then once in a while with the number of times.
@LoopActor final class NoticeLog {
  private var repetitions = Repetitions<String>(period: .seconds(10))
  private let logger: Logger

  init(_ logger: Logger) {
    self.logger = logger
  }

  func tell(_ notice: Notice) {
    switch repetitions.note(notice.cause, at: EventLoop.main.now) {
    case .tell: logger.warning("\(notice)")
    case .gather:
      _ = EventLoop.main.schedule(after: repetitions.period) { [self] in
        let count = repetitions.gathered(notice.cause, at: EventLoop.main.now)
        logger.warning("\(notice) (\(count) times within \(repetitions.period.components.seconds) s)")
      }
    case .count: break
    }
  }
}
