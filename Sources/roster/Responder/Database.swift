internal import EventLoop
internal import Logging
internal import PostgreSQL
internal import WebAPI

/// The database as the service needs it: reachable, with the tables of schema.sql, fitting the statements.
@LoopActor final class Database {
  private enum State {
    /// It has not been seen with its tables: requests get a 503.
    case unseen
    /// It has its tables, but somebody had them locked when it was to be found out whether they fit.
    case unjudged
    case judged
  }

  /// How closely this process looks at what it finds.
  enum Scrutiny {
    /// Whether the statements can be run, for one request.
    case quick
    /// Everything, without a word: of several workers one is enough that warns.
    case silent
    case thorough
  }

  /// The pool of this process.
  nonisolated let pool: Pool
  private let application: Application
  private let logger: Logger
  private let scrutiny: Scrutiny
  /// Unsafe because `session` reads it for callers of any isolation; all are on the loop's thread, which is checked there.
  private nonisolated(unsafe) var state = State.unseen

  /// Why the first try to prepare it failed.
  private(set) var problem: String?

  var isReady: Bool { state != .unseen }

  /// Whether requests can be answered with it. Known within 50 ms.
  func isAlive() async -> Bool {
    guard isReady else { return false }
    return await pool.isAlive()
  }

  /// A database that must understand the application's statements.
  init(_ pool: Pool, _ application: Application, _ scrutiny: Scrutiny, logger: Logger) {
    (self.pool, self.application, self.scrutiny, self.logger) = (pool, application, scrutiny, logger)
  }

  /// Connects, and tries once to prepare the database. Throws `SchemaMismatch` where trying again cannot help.
  func start() async throws {
    pool.start()
    do {
      try await prepare()
    } catch let mismatch as SchemaMismatch {
      throw mismatch
    } catch {
      problem = "\(error)"
      logger.warning("the database cannot be used yet: \(error)")
    }
  }

  /// Tries again until everything is known, if the first try did not tell. Throws `SchemaMismatch`, unless requests are
  /// answered already: those that work go on.
  func becomeReady() async throws {
    var delay = Duration.milliseconds(100)
    while state != .judged {
      await EventLoop.main.sleep(for: delay)
      delay = min(delay * 2, isReady ? .seconds(5) : .seconds(1))
      let wasReady = isReady
      do {
        try await prepare()
        if !wasReady { logger.notice("the database can be used now") }
      } catch let mismatch as SchemaMismatch where wasReady {
        logger.critical("\(mismatch)")
        state = .judged
      } catch let mismatch as SchemaMismatch {
        throw mismatch
      } catch {}  // told at the first try, and by the pool whenever the reason changes
    }
  }

  /// Until requests are answered, nobody else waits for the pool's connections.
  private func prepare() async throws {
    if isReady { try await look() } else { try await pool.patiently(look) }
  }

  /// Makes the tables that are missing, then finds out whether the statements fit what is there.
  private func look() async throws {
    for table in try await pool.makeTables(of: Application.schema) { logger.notice("table \(table) has been made") }
    do {
      let findings =
        scrutiny == .quick
        ? try await pool.quickCheck(application.statements) : try await application.check(pool)
      let refusals = findings.filter { $0.severity == .refusal }
      guard refusals.isEmpty else { throw SchemaMismatch(refusals) }
      for finding in findings where scrutiny == .thorough && finding.severity == .warning {
        logger.warning("\(finding)")
      }
      state = .judged
    } catch DatabaseError.server(let error) where error.sqlState == .lockNotAvailable {
      if state == .unseen { logger.notice("a table is locked; whether it fits is found out later") }
      state = .unjudged
    }
  }

  /// A session, on the loop's thread; 503 while the database is not ready.
  nonisolated func session() throws -> Session {
    EventLoop.main.checkIsolated()
    guard state != .unseen else { throw HTTPError.unavailable("Service Unavailable") }
    return pool.session()
  }
}
