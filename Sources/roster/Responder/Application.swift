internal import EventLoop
internal import Logging
internal import PostgreSQL
internal import Users
internal import WebAPI

/// What the program consists of: the resources, and what their database must have. A further resource joins the two
/// lists.
enum Application {
  /// What clients may send, beyond what the types say.
  struct Bounds {
    /// Characters of a user's name; nil: as many as the column takes.
    var longestName: Int?
  }

  /// Every operation, each with a session of its own.
  private static func operations(_ session: Depends<Session>, _ bounds: Bounds) -> [Operation] {
    Users.operations(session, longestName: bounds.longestName)
  }

  /// Every statement, checked against the database at start.
  static let statements = Users.statements

  /// What makes the tables.
  static let schema = SchemaScript(String(decoding: PackageResources.schema_sql, as: UTF8.self), name: "schema.sql")

  /// The operations on sessions of `database`, for those who have one of the keys if there are any.
  @LoopActor static func api(_ database: Database, _ keys: Keys?, _ bounds: Bounds, logger: Logger) -> API {
    api(
      Depends(ready: { try database.session() }), bounds, healthChecks(database), security: keys?.bearer,
      logger: logger)
  }

  /// As Kubernetes names them: whether the process answers, and whether it is worth sending requests to.
  private static func healthChecks(_ database: Database) -> [Operation] {
    [
      Operation(healthCheck: "/livez") {},
      Operation(healthCheck: "/readyz") {
        guard await database.isAlive() else { throw HTTPError.unavailable("Service Unavailable") }
      },
    ]
  }

  /// The description of the API; with keys it says how a client shows its own.
  static func documentation(withKeys: Bool, _ bounds: Bounds, rootPath: String) -> WebAPI.JSONValue {
    let session = Depends<Session>(ready: { throw HTTPError.unavailable("Service Unavailable") })
    let security = withKeys ? HTTPBearer { _ in .unknown } : nil
    return api(session, bounds, security: security, logger: Logger(label: "roster")).document(rootPath: rootPath)
  }

  private static func api(
    _ session: Depends<Session>, _ bounds: Bounds, _ healthChecks: [Operation] = [], security: HTTPBearer?,
    logger: Logger
  ) -> API {
    API(
      title: "Roster", version: Roster.version, operations(session, bounds) + healthChecks, security: security,
      translate: { DatabaseAnswers(logger: logger).answer(to: $0, $1) },
      report: { error, request in
        logger.error("\(request.method) \(request.path) failed: \(error)")
      })
  }
}
