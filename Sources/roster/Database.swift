internal import EventLoop
internal import Logging
internal import PostgreSQL
internal import WebAPI

/// The database as the service needs it: reachable, with the tables of schema.sql, fitting the statements.
///
/// Until that has been seen once, requests wait for the first try to end; after a failed try they get a 503.
@LoopActor final class Database {
  private enum State {
    case starting
    case ready
    case unavailable(String)
  }

  /// The pool of this process.
  let pool: Pool
  private let logger: Logger
  private var state = State.starting
  private var waiting: [UnsafeContinuation<Void, Never>] = []

  init(_ pool: Pool, logger: Logger) {
    self.pool = pool
    self.logger = logger
  }

  /// Connects, and prepares the database; tries again until it succeeds. Throws `SchemaMismatch` where trying again
  /// cannot help.
  func start() async throws {
    pool.start()
    var delay = Duration.milliseconds(100)
    while true {
      do {
        try await prepare()
        return become(.ready)
      } catch let mismatch as SchemaMismatch {
        throw mismatch
      } catch {
        if case .starting = state { logger.warning("the database cannot be used yet: \(error)") }
        become(.unavailable("\(error)"))
        await EventLoop.main.sleep(for: delay)
        delay = min(delay * 2, .seconds(1))
      }
    }
  }

  /// Applies schema.sql, then checks that the statements fit what is there.
  func prepare() async throws {
    do {
      try await applySchema()
    } catch DatabaseError.server(let error) where error.sqlState == .insufficientPrivilege {
      logger.info("schema.sql was left to the owner of the database: \(error.message)")
    }
    let drift = try await pool.check(Application.statements)
    guard drift.isEmpty else { throw SchemaMismatch(drift: drift) }
  }

  /// Runs the whole of schema.sql as one transaction. Workers that start together take turns, since even
  /// `CREATE … IF NOT EXISTS` fails when two run at once.
  func applySchema() async throws {
    try await pool.withSession { session in
      _ = try await session.execute(SQL(script: Application.schema, lock: 0x726F_7374_6572))  // "roster"
    }
  }

  /// A session, as soon as the database is ready; 503 while it is not.
  func session() async throws -> Session {
    if case .starting = state {
      await withUnsafeContinuation { waiting.append($0) }
    }
    if case .unavailable = state { throw HTTPError.unavailable("Service Unavailable") }
    return pool.session()
  }

  private func become(_ newState: State) {
    if case .unavailable = state, case .ready = newState { logger.notice("the database can be used now") }
    state = newState
    for continuation in waiting { continuation.resume() }
    waiting = []
  }
}

/// The database has other tables or types than the program was written for.
struct SchemaMismatch: Error, CustomStringConvertible {
  let drift: [SchemaDrift]

  var description: String {
    "the database does not fit this program: " + drift.map { "\($0)" }.joined(separator: "; ")
  }
}
