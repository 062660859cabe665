internal import EventLoop
internal import Logging
internal import PostgreSQL
internal import WebAPI

/// What the database's errors are answered with, and what of them the log is told.
struct DatabaseAnswers: Sendable {
  let logger: Logger

  /// nil where it is no error of the database, or a mistake in the program.
  func answer(to error: any Error, _ request: Request) -> Response? {
    switch error {
    case let refused as Refused:
      log(refused.cause, request)
      return refused.response
    case DatabaseError.server(let error):
      log(error, request)
      return Refusal(error).answer(to: request)
    case DatabaseError.unavailable, DatabaseError.cancelled: return unavailable
    case DatabaseError.decoding(let reason):
      FailureLog.tell(reason, "a row does not fit the program: \(reason)", metadata(request), logger)
      return unavailable
    case DatabaseError.outcomeUnknown(let reason):
      FailureLog.tell(reason, "a write may or may not have been applied: \(reason)", metadata(request), logger)
      return HTTPError(504, "Gateway Timeout").response
    default: return nil
    }
  }

  private var unavailable: Response { HTTPError.unavailable("Service Unavailable").response }

  private func metadata(_ request: Request) -> Logger.Metadata {
    ["request": "\(request.method) \(request.path)"].merging(request.idMetadata) { $1 }
  }

  private func log(_ error: ServerError, _ request: Request) {
    guard LoopActor.assumeIsolated({ Self.refusals.isNew(.init(error), at: EventLoop.main.now) }) else { return }
    var metadata = metadata(request)
    metadata["constraint"] = error.constraint.map { "\($0)" }
    metadata["table"] = error.table.map { "\($0)" }
    metadata["column"] = error.column.map { "\($0)" }
    logger.warning("the database refuses statements: \(error.sqlState) \(error.message)", metadata: metadata)
  }

  @LoopActor private static var refusals = RefusalLog()
}
