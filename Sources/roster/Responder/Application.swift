internal import EventLoop
internal import Logging
internal import PostgreSQL
internal import Users
internal import WebAPI

/// What the program consists of: the resources, and what their database must have. A further resource joins the two
/// lists.
enum Application {
  /// Every operation, each with a session of its own.
  private static func operations(_ session: Depends<Session>) -> [Operation] {
    Users.operations(session)
  }

  /// Every statement, checked against the database at start.
  static let statements = Users.statements

  /// The text of schema.sql.
  static var schema: String { String(decoding: PackageResources.schema_sql, as: UTF8.self) }

  /// The operations on sessions of `database`, for those who have one of the keys if there are any.
  @LoopActor static func api(_ database: Database, _ keys: Keys?, logger: Logger) -> API {
    api(
      Depends(ready: { try database.session() }), healthChecks(database), security: keys?.bearer, logger: logger)
  }

  /// As Kubernetes names them: whether the process answers, and whether it is worth sending requests to.
  private static func healthChecks(_ database: Database) -> [Operation] {
    [
      Operation(healthCheck: "/livez") {},
      Operation(healthCheck: "/readyz") { _ = try await database.session().execute("SELECT 1") },
    ]
  }

  /// The description of the API; with keys it says how a client shows its own.
  static func documentation(withKeys: Bool, rootPath: String) -> WebAPI.JSONValue {
    let session = Depends<Session>(ready: { throw HTTPError.unavailable("Service Unavailable") })
    let security = withKeys ? HTTPBearer { _ in .unknown } : nil
    return api(session, security: security, logger: Logger(label: "roster")).document(rootPath: rootPath)
  }

  private static func api(
    _ session: Depends<Session>, _ healthChecks: [Operation] = [], security: HTTPBearer?, logger: Logger
  ) -> API {
    API(
      title: "Roster", version: Roster.version, operations(session) + healthChecks, security: security,
      translate: { error in (error as? DatabaseError).flatMap { translate($0, logger: logger) } },
      report: { error, request in
        logger.error("\(request.method) \(request.path) failed: \(error)")
      })
  }

  /// 503 where nothing was applied and a retry is safe; 504 where nobody knows. What the server refuses for any other
  /// reason is a fault of ours: 500.
  private static func translate(_ error: DatabaseError, logger: Logger) -> HTTPError? {
    switch error {
    case .unavailable, .cancelled: return .unavailable("Service Unavailable")
    case .outcomeUnknown(let reason):
      logger.error("a write may or may not have been applied: \(reason)")
      return HTTPError(504, "Gateway Timeout")
    case .server(let error) where mayPass(error.sqlState):
      if LoopActor.assumeIsolated({ refusals.isNew(error.sqlState, at: EventLoop.main.now) }) {
        logger.warning("the database refuses statements: \(error.sqlState) \(error.message)")
      }
      return .unavailable("Service Unavailable")
    default: return nil
    }
  }

  @LoopActor private static var refusals = RefusalLog()

  /// Whether a refusal is about the state that the server is in, not about the statement. What it refused, it has
  /// rolled back.
  private static func mayPass(_ state: SQLState) -> Bool {
    // Connections, rollbacks, resources, locks, the operator, the system; and a primary that has become a standby.
    let classes = ["08000", "40000", "53000", "55000", "57000", "58000"].map(SQLState.init)
    return classes.contains { $0 ~= state } || state == .readOnlySQLTransaction
  }
}
