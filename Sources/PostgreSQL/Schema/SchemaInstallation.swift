internal import EventLoop

extension Pool {
  /// Makes those of the script's tables that are not there, all or none; returns their names. Where all are there, it
  /// only looks, which no lock on a table can hold up, and holds up nobody.
  ///
  /// A database that has none of them gets the tables as the script has them, and with that every migration. One that has
  /// some of them and lacks migrations is for ``migrate(_:patience:applied:)`` first.
  ///
  /// Throws ``SchemaMismatch`` where trying again cannot help.
  public func makeTables(of script: SchemaScript) async throws -> [String] {
    guard script.faults.isEmpty else { throw SchemaMismatch(script.faults) }
    do {
      return try await tryToMakeTables(of: script)
    } catch let failure as FailedStatement where failure.error.sqlState.meansDuplicate {
      // Somebody else has made it meanwhile, or it is in the way for good, which the second try tells apart.
      do { return try await tryToMakeTables(of: script) } catch let failure as FailedStatement {
        throw failure.mismatch
      }
    } catch let failure as FailedStatement {
      throw failure.final
    }
  }

  private func tryToMakeTables(of script: SchemaScript) async throws -> [String] {
    var wasExecuted = false
    do {
      return try await inTurn { session in
        try await session.installed(script).tablesToMake(of: script).isEmpty ? [] : nil
      } _: { session in
        let installed = try await session.installed(script)
        let tables = try installed.tablesToMake(of: script)
        try await session.make(tables, of: script)
        if installed.home == nil { try await session.recordAll(of: script) }
        wasExecuted = true
        return tables.map(\.description)
      }
    } catch DatabaseError.server(let error) where wasExecuted && !error.sqlState.mayPass {
      // What is deferred to the end of a transaction.
      throw SchemaMismatch([
        Finding(.refusal, script.name, "\(error.message) (\(error.sqlState))", so: "no table has been made")
      ])
    }
  }
}

extension Session {
  fileprivate func make(_ tables: [TableName], of script: SchemaScript) async throws {
    guard !tables.isEmpty else { return }
    try await waitForLocks(atMost: "100ms")
    try await runOnce("SELECT set_config('client_min_messages', 'warning', true)")
    keepToItself()
    for statement in script.statements(for: tables) {
      try await run(statement, of: script.name, otherwise: "no table has been made")
    }
  }

  /// The tables of a fresh database are what the migrations lead to.
  fileprivate func recordAll(of script: SchemaScript) async throws(DatabaseError) {
    guard !script.migrations.all.isEmpty, let home = try await installed(script).home else { return }
    try await makeRecord(script.migrations, beside: home)
    for migration in script.migrations.all { try await record(migration, of: script.migrations, beside: home) }
  }
}

extension Installed {
  /// What is missing and may be made.
  fileprivate func tablesToMake(of script: SchemaScript) throws -> [TableName] {
    switch SchemaPlan(script.tables, in: surroundings) {
    case .nothing: return []
    case .wait(let reason): throw DatabaseError.unavailable(reason)
    case .refuse(let findings): throw SchemaMismatch(findings)
    case .make(let tables):
      if let unreadable { throw SchemaMismatch([unreadable]) }
      let pending = pending(of: script)
      guard pending.isEmpty else {
        let missing = tables.map { Finding(.refusal, "table \($0)", #"relation "\#($0)" does not exist"#) }
        throw SchemaMismatch(missing + script.migrations.findings(pending: pending, fits: false))
      }
      return tables
    }
  }
}

extension SQLState {
  /// 42P07 and 42710; 23505 where two make the same at the same moment.
  fileprivate var meansDuplicate: Bool {
    [SQLState("42P07"), SQLState("42710"), .uniqueViolation].contains(self)
  }
}
