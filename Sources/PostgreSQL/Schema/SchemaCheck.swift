internal import CPostgreSQL
internal import EventLoop

extension Pool {
  /// How long a look waits for a lock that somebody else has on a table.
  private static let patience = "250ms"

  /// Has the server prepare each statement, without running it, and compares what it would return with the Swift types
  /// that decode it; then has it explained, for which the role needs the same privileges as to run it. Looks in the
  /// catalogs for whatever else the statements will meet: what `script` declares and the tables have not, and what the
  /// tables have that it does not declare.
  ///
  /// `constraints` are names that the program knows: one that nothing has is a warning.
  ///
  /// From then on a statement that is run and is none of these is a warning in the log, once.
  ///
  /// Changes nothing, and waits for no lock longer than a quarter of a second: throws the server's `lockNotAvailable` then.
  public func check(
    _ statements: [DeclaredStatement], _ script: SchemaScript = SchemaScript("", name: ""), constraints: [String] = []
  ) async throws(DatabaseError) -> [Finding] {
    declarations.declare(statements)
    guard script.faults.isEmpty else { return script.faults }
    let uses = TableUse.all(in: statements)
    let installed = try await session().installed(script, and: uses.map(\.table))
    let surroundings = installed.surroundings
    let plan = SchemaPlan(script.tables, in: surroundings)
    var checked = try await prepare(statements)
    if plan != .nothing { checked.removeAll { $0.refusal?.sqlState == .undefinedTable } }
    let grants = try await missingGrants(for: checked.filter { !$0.declared.isDispensable })
    let explained = Set(grants.flatMap(\.statements))
    checked.removeAll { explained.contains($0.declared.name) }
    let catalog = try await catalog(of: uses.compactMap { surroundings.table($0.table) })
    let findings =
      try await scriptFindings(script, installed) + plan.findings(after: installed.pending(of: script))
      + CheckedStatement.findings(checked, catalog, script) + grants.map(\.finding)
      + catalog.findings(for: uses, in: surroundings, script: script)
      + unknownConstraints(among: constraints, isComplete: plan == .nothing)
    return findings + installed.findings(script, fits: !findings.contains { $0.severity == .refusal })
  }

  /// The part of it that finds out whether the server understands the statements, for a process that runs only one.
  public func quickCheck(_ statements: [DeclaredStatement]) async throws(DatabaseError) -> [Finding] {
    CheckedStatement.findings(try await prepare(statements), Catalog(), SchemaScript("", name: ""))
  }

  private func prepare(_ statements: [DeclaredStatement]) async throws(DatabaseError) -> [CheckedStatement] {
    var checked: [CheckedStatement] = []
    for declared in statements { checked.append(try await check(declared)) }
    return checked
  }

  private func check(_ declared: DeclaredStatement) async throws(DatabaseError) -> CheckedStatement {
    var checked = CheckedStatement(declared)
    var isPrepared = false
    do throws(DatabaseError) {
      try await looking { session in
        let request = Request(
          declared.sql, Statement(declared.sql, number: nil), in: session.transaction, describes: true)
        checked.columns = try await run(request).resultColumns
        isPrepared = true
        try await session.runOnce("EXPLAIN \(declared.sql)")
      }
    } catch {
      guard case .server(let refusal) = error,
        !refusal.sqlState.mayPass || refusal.sqlState == .notInPrerequisiteState
      else { throw error }
      // What cannot be explained, such as CREATE TABLE, is not judged; nor is what fails with the values of a sample.
      let isOfExplaining = refusal.sqlState == .syntaxError || .dataException ~= refusal.sqlState
      if !isPrepared || !isOfExplaining { checked.refusal = refusal }
    }
    return checked
  }

  /// Runs `body` in a transaction that waits for no lock for long.
  func looking<Result>(_ body: (Session) async throws -> Result) async throws(DatabaseError) -> Result {
    do {
      return try await session().transaction { session in
        try await session.runOnce("SELECT set_config('lock_timeout', \(Self.patience), true)")
        return try await body(session)
      }
    } catch let error as DatabaseError {
      throw error
    } catch {
      throw .invalid("\(error)")
    }
  }
}

extension SchemaPlan {
  /// What it is to people who only look.
  fileprivate func findings(after pending: [Migration]) -> [Finding] {
    switch self {
    case .nothing: []
    case .refuse(let findings): findings
    case .wait(let reason): [Finding(.refusal, "tables", reason)]
    case .make(let tables):
      tables.map {
        Finding(
          .refusal, "table \($0)", #"relation "\#($0)" does not exist"#,
          so: pending.isEmpty
            ? "it is made at the start, and by init-db"
            : "init-db makes it, behind the migrations")
      }
    }
  }
}

extension SQLState {
  /// 42601.
  static let syntaxError = SQLState("42601")
}
