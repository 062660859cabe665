internal import EventLoop
internal import Logging
internal import PostgreSQL
internal import Resources
internal import Users
internal import WebAPI

/// What the program consists of.
struct Application {
  /// What clients may send, beyond what the types say.
  struct Bounds {
    /// Characters of a user's name; nil: as many as the column takes.
    var longestName: Int?
  }

  /// What makes the tables, and changes those of older versions.
  static let schema = SchemaScript(
    String(decoding: PackageResources.schema_sql, as: UTF8.self), name: "schema.sql", migrations: migrations)

  /// Every resource: its operations are answered, and its statements checked against the database at start.
  private let resources: [any Resource]

  init(_ bounds: Bounds = Bounds()) {
    resources = [Users(longestName: bounds.longestName)]
  }

  /// Every statement.
  var statements: [DeclaredStatement] { resources.flatMap { $0.statements } }

  /// What the database has that the resources will meet.
  @LoopActor func check(_ pool: Pool) async throws(DatabaseError) -> [Finding] {
    try await pool.check(statements, Self.schema, constraints: resources.flatMap { $0.constraints })
  }

  /// What of the operations does not fit together.
  var problems: [String] { described().problems() }

  /// The operations on sessions of `database`, for those who have one of the keys if there are any.
  @LoopActor func api(_ database: Database, _ keys: Keys?, logger: Logger) -> API {
    api(
      Depends(ready: { try database.session() }), Self.healthChecks(database), security: keys?.bearer, logger: logger)
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

  /// The fields of a header that operations read.
  static var headers: [String] { Application().described().headers }

  /// The API without a database, to look at; with keys it says how a client shows its own.
  func described(withKeys: Bool = false) -> API {
    let session = Depends<Session>(ready: { throw HTTPError.unavailable("Service Unavailable") })
    return api(session, security: withKeys ? HTTPBearer { _ in .unknown } : nil, logger: Logger(label: "roster"))
  }

  private func api(
    _ session: Depends<Session>, _ healthChecks: [Operation] = [], security: HTTPBearer?, logger: Logger
  ) -> API {
    API(
      title: "Roster", version: Roster.version, resources, session, and: healthChecks, security: security,
      logger: logger)
  }
}

/// The program's operations do not fit together: it cannot be started, whatever the database has.
struct ProgramMismatch: Error, CustomStringConvertible {
  let problems: [String]

  /// One line, for the log.
  var description: String { "the program's operations do not fit together: " + problems.joined(separator: "; ") }
}
