public import Logging
public import PostgreSQL
public import WebAPI

extension API {
  /// The API of resources on a database, which answers the database's errors: 409 and the like for what it refuses (see
  /// ``Refusal``), 503 while it is away, 504 where nobody knows whether a write was applied. `logger` is told of what is not the
  /// client's affair.
  /// - Parameters:
  ///   - title: its name in the documentation.
  ///   - version: its version in the documentation.
  ///   - session: what every operation gets, such as `Depends { pool.session() }`.
  ///   - operations: those that belong to no resource, such as health checks.
  ///   - security: the condition of every operation but health checks; nil answers everybody.
  public init(
    title: String, version: String, _ resources: [any Resource], _ session: Depends<Session>,
    and operations: [Operation] = [], security: HTTPBearer? = nil, logger: Logger
  ) {
    self.init(
      title: title, version: version, resources.flatMap { $0.tagged(session) } + operations, security: security,
      translate: { DatabaseAnswers(logger: logger).answer(to: $0, $1) },
      report: { error, request in
        // By its type, since the text of an error that is not the database's may quote what was sent.
        let cause = error is DatabaseError ? "\(error)" : "\(type(of: error))"
        FailureLog.tell(cause, "\(request.method) \(request.path) failed: \(error)", request.idMetadata, logger)
      },
      warn: { logger.warning("\($0)") })
  }
}
