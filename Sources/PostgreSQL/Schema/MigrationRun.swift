internal import EventLoop

extension Pool {
  /// Applies the migrations that a database lacks, in their order, each in a transaction of its own unless it says otherwise;
  /// calls `applied` with the name of each. A fresh database lacks none: ``makeTables(of:)`` is for that.
  ///
  /// A lock that somebody else has is waited for only a tenth of a second, since whoever wants the table meanwhile waits as
  /// long; then it is tried again, for `patience`. Any number of programs may do this at the same time: they take turns.
  ///
  /// Throws ``SchemaMismatch`` where trying again cannot help. What was applied before stays.
  public func migrate(
    _ script: SchemaScript, patience: Duration = .seconds(60), applied: (String) -> Void = { _ in }
  ) async throws {
    guard script.faults.isEmpty else { throw SchemaMismatch(script.faults) }
    var tries = Tries(until: EventLoop.main.now + patience)
    while true {
      do {
        switch try await takeStep(script) {
        case .nothing: return
        case .recordMade: break
        case .applied(let name): applied(name)
        }
        tries = Tries(until: EventLoop.main.now + patience)
      } catch let failure as FailedStatement {
        guard failure.error.sqlState.meansConflict, let delay = tries.next(at: .now()) else {
          throw failure.error.sqlState == .queryCanceled ? failure.mismatch : failure.final
        }
        await EventLoop.main.sleep(for: delay)
      }
    }
  }

  private enum Step {
    case nothing
    case recordMade
    case applied(String)
  }

  private func takeStep(_ script: SchemaScript) async throws -> Step {
    var name: String?
    do {
      return try await inTurn { session in
        try await session.installed(script).next(of: script) == nil ? .nothing : nil
      } _: { session in
        name = script.migrations.table
        let installed = try await session.installed(script)
        guard let migration = try installed.next(of: script), let home = installed.home else { return .nothing }
        guard let record = installed.record else {
          try await session.makeRecord(script.migrations, beside: home)
          return .recordMade
        }
        name = migration.name
        let statements = migration.statements(without: installed.missing(of: script))
        let remedy = { (refusal: SQLState) in migration.remedy(for: refusal, in: record.sqlName) }
        if migration.isTransactional {
          // First, as who this is: what the migration makes of itself is its affair.
          try await session.record(migration, of: script.migrations, beside: home)
          try await session.apply(migration, statements, remedy)
        } else {
          // What was executed last keeps its snapshot until something else takes its place, and an index waits for its end.
          try await session.runOnce("SET LOCAL idle_in_transaction_session_timeout = 0")
          for statement in statements { try await execute(statement, outside: migration, remedy) }
          try await session.record(migration, of: script.migrations, beside: home)
        }
        return .applied(migration.name)
      }
    } catch DatabaseError.server(let error) where !error.sqlState.mayPass {
      // The record, and what is deferred to the end of a transaction.
      guard let name else { throw DatabaseError.server(error) }
      throw SchemaMismatch([
        Finding(
          .refusal, name, "\(error.message) (\(error.sqlState))",
          so: "nothing of it has been applied",
          remedy: error.sqlState == .insufficientPrivilege ? [Migration.ownersAffair] : [])
      ])
    }
  }

  /// Executes the only statement of a migration on a connection of its own, without a limit of time, while the
  /// transaction that has the lock stays open.
  private func execute(
    _ statement: ScriptStatement, outside migration: Migration, _ remedy: (SQLState) -> [String]
  ) async throws {
    guard peer?.isPooled == false else {
      throw SchemaMismatch([
        Finding(
          .refusal, migration.name, "it is to be applied outside a transaction, which a pooler stands in the way of",
          so: "it has not been applied",
          remedy: ["-- init-db with a DATABASE_URL that leads to the server itself"])
      ])
    }
    var (configuration, options) = (configuration, options)
    configuration.statementTimeout = .zero
    options.size = 1
    let pool = Pool(configuration, options, logger: logger)
    pool.start()
    do {
      try await pool.session().execute(outside: statement, of: migration, remedy)
    } catch {
      await pool.close()
      throw error
    }
    await pool.close()
  }
}

extension Session {
  fileprivate func apply(
    _ migration: Migration, _ statements: [ScriptStatement], _ remedy: (SQLState) -> [String]
  ) async throws {
    try await waitForLocks(atMost: "100ms")
    keepToItself()
    for statement in statements {
      try await run(statement, of: migration.name, otherwise: "nothing of it has been applied", remedy: remedy)
    }
  }

  /// On the only connection of its pool. Who builds an index concurrently waits for no lock that others would have to wait
  /// behind, and must not give up.
  fileprivate func execute(
    outside statement: ScriptStatement, of migration: Migration, _ remedy: (SQLState) -> [String]
  ) async throws {
    let consequence = "it has not been applied"
    let index = ConcurrentIndex(statement.tokens)
    do {
      // It may be there, and somebody only missed noting it.
      if let index, try await isThere(index) { return }
    } catch DatabaseError.server(let error) {
      throw FailedStatement(
        script: migration.name, statement: statement, error: error, consequence: consequence, remedy: [])
    }
    let patience = statement.tokens.contains { $0.isWord("concurrently") } ? "0" : "100ms"
    try await runOnce(
      "SELECT set_config('statement_timeout', '0', false), set_config('lock_timeout', \(patience), false)")
    do {
      try await run(statement, of: migration.name, otherwise: consequence, remedy: remedy)
    } catch {
      if let index { _ = try? await isThere(index) }
      throw error
    }
  }
}

extension Migration {
  fileprivate static let ownersAffair = "-- the owner of the tables may run: init-db"

  /// What helps where a statement of it was refused.
  fileprivate func remedy(for refusal: SQLState, in record: String) -> [String] {
    switch refusal.description {
    case "42701", "42P07", "42710":
      [
        "-- where the database has all of it already:",
        "INSERT INTO \(record) (number, name, checksum) VALUES (\(number), '\(name.escaped)', '\(checksum)')",
      ]
    case "42501": [Self.ownersAffair]
    case "57014", "25001": ["-- in a file of its own, with this line before it: \(Self.directive)"]
    default: []
    }
  }
}

extension Installed {
  /// What is to be applied next. nil: nothing, also in a fresh database.
  fileprivate func next(of script: SchemaScript) throws -> Migration? {
    guard home != nil else { return nil }
    if let unreadable { throw SchemaMismatch([unreadable]) }
    let changed = script.migrations.changed(since: applied, in: record?.sqlName ?? "", .refusal)
    guard changed.isEmpty else { throw SchemaMismatch(changed) }
    return pending(of: script).first
  }
}

/// When something that is in somebody's way is tried again, and for how long.
private struct Tries {
  private let end: MonotonicTime
  private var delay = Duration.milliseconds(50)

  init(until end: MonotonicTime) {
    self.end = end
  }

  /// How long to wait before the next one; nil: there is none.
  mutating func next(at now: MonotonicTime) -> Duration? {
    guard now < end else { return nil }
    defer { delay = min(delay * 2, .seconds(1)) }
    return delay
  }
}

extension SQLState {
  /// A lock was not to be had, or two had each other's (40P01, 40001).
  fileprivate var meansConflict: Bool {
    [.lockNotAvailable, SQLState("40P01"), SQLState("40001")].contains(self)
  }
}
