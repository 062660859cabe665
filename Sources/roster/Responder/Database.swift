internal import EventLoop
internal import Logging
internal import PostgreSQL
internal import WebAPI

/// The database as the service needs it: reachable, with the tables of schema.sql, fitting the statements.
///
/// Until that has been seen once, requests get a 503.
@LoopActor final class Database {
  /// The pool of this process.
  nonisolated let pool: Pool
  private let logger: Logger
  /// Whether it was reachable once, and fits.
  ///
  /// Unsafe because `session` reads it for callers of any isolation; all are on the loop's thread, which is checked there.
  private(set) nonisolated(unsafe) var isReady = false

  init(_ pool: Pool, logger: Logger) {
    self.pool = pool
    self.logger = logger
  }

  /// Connects, and tries once to prepare the database. Throws `SchemaMismatch` where trying again cannot help.
  func start() async throws {
    pool.start()
    do {
      try await prepare()
      isReady = true
    } catch let mismatch as SchemaMismatch {
      throw mismatch
    } catch {
      logger.warning("the database cannot be used yet: \(error)")
    }
  }

  /// Tries again until it succeeds, if the first try did not. Throws `SchemaMismatch`.
  func becomeReady() async throws {
    var delay = Duration.milliseconds(100)
    while !isReady {
      await EventLoop.main.sleep(for: delay)
      delay = min(delay * 2, .seconds(1))
      do {
        try await prepare()
        isReady = true
        logger.notice("the database can be used now")
      } catch let mismatch as SchemaMismatch {
        throw mismatch
      } catch {}  // told at the first try, and by the pool whenever the reason changes
    }
  }

  /// Applies schema.sql, then checks that the statements fit what is there.
  func prepare() async throws {
    do {
      try await applySchema()
    } catch DatabaseError.server(let error) where Self.isLeft(error.sqlState) {
      logger.info("schema.sql was not applied: \(error.message)")
    }
    let drift = try await pool.check(Application.statements)
    guard drift.isEmpty else { throw SchemaMismatch(drift: drift) }
  }

  /// Whether it is the check that decides: the owner's tables, a standby's, and tables of other columns may fit or not.
  private static func isLeft(_ state: SQLState) -> Bool {
    .syntaxErrorOrAccessRuleViolation ~= state || state == .readOnlySQLTransaction
  }

  /// Runs the whole of schema.sql as one transaction. Workers that start together take turns, since even
  /// `CREATE … IF NOT EXISTS` fails when two run at once.
  func applySchema() async throws {
    try await pool.withSession { session in
      _ = try await session.execute(SQL(script: Application.schema, lock: 0x726F_7374_6572))  // "roster"
    }
  }

  /// A session, on the loop's thread; 503 while the database is not ready.
  nonisolated func session() throws -> Session {
    EventLoop.main.checkIsolated()
    guard isReady else { throw HTTPError.unavailable("Service Unavailable") }
    return pool.session()
  }
}

/// The database has other tables or types than the program was written for.
struct SchemaMismatch: Error, CustomStringConvertible {
  let drift: [SchemaDrift]

  var description: String {
    "the database does not fit this program: " + drift.map { "\($0)" }.joined(separator: "; ")
  }
}
