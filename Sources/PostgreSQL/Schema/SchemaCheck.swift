internal import CPostgreSQL
internal import EventLoop

/// A statement of the program, for the check against the database's schema at the start.
public struct DeclaredStatement: Sendable {
  let name: String
  let sql: SQL
  let columns: [ColumnDescription]?

  /// A statement whose rows become `Model`. The values in `sql` only serve for their types.
  public init<Model: Row>(_ name: String, _ sql: SQL, returns: Model.Type) {
    (self.name, self.sql, columns) = (name, sql, Model.decoder.columns)
  }

  /// A statement whose rows, if any, are not decoded.
  public init(_ name: String, _ sql: SQL) {
    (self.name, self.sql, columns) = (name, sql, nil)
  }
}

extension Pool {
  /// How long a look waits for a lock that somebody else has on a table.
  private static let patience = "250ms"

  /// Has the server prepare each statement, without running it, and compares what it would return with the Swift types
  /// that decode it; then has it explained, for which the role needs the same privileges as to run it.
  ///
  /// Changes nothing, and waits for no lock longer than a quarter of a second: throws the server's `lockNotAvailable` then.
  public func check(
    _ statements: [DeclaredStatement], _ script: SchemaScript = SchemaScript("", name: "")
  ) async throws -> [Finding] {
    let plan = SchemaPlan(script.tables, in: try await session().surroundings(of: script.tables))
    var checked: [CheckedStatement] = []
    for declared in statements { checked.append(try await check(declared)) }
    if plan != .nothing { checked.removeAll { $0.refusal?.sqlState == .undefinedTable } }
    let grants = try await missingGrants(for: checked)
    let explained = Set(grants.flatMap(\.statements))
    let others = checked.filter { !explained.contains($0.name) }.compactMap(\.finding)
    return plan.findings + others + grants.map(\.finding)
  }

  private func check(_ declared: DeclaredStatement) async throws(DatabaseError) -> CheckedStatement {
    var checked = CheckedStatement(name: declared.name, sql: declared.sql)
    var isPrepared = false
    do throws(DatabaseError) {
      try await looking { session in
        let request = Request(
          declared.sql, Statement(declared.sql, number: nil), in: session.transaction, describes: true)
        let result = try await run(request)
        isPrepared = true
        checked.problem = declared.columns.flatMap { result.mismatch(with: $0) }
        try await session.runOnce("EXPLAIN \(declared.sql)")
      }
    } catch {
      guard case .server(let refusal) = error,
        !refusal.sqlState.mayPass || refusal.sqlState == .notInPrerequisiteState
      else { throw error }
      // What cannot be explained, such as CREATE TABLE, is not judged.
      if refusal.sqlState != .syntaxError || !isPrepared { checked.refusal = refusal }
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
  fileprivate var findings: [Finding] {
    switch self {
    case .nothing: []
    case .refuse(let findings): findings
    case .wait(let reason): [Finding(.refusal, "tables", reason)]
    case .make(let tables):
      tables.map {
        Finding(
          .refusal, "table \($0)", #"relation "\#($0)" does not exist"#,
          so: "roster serve makes it when it starts, and so does roster init-db")
      }
    }
  }
}

extension SQLState {
  /// 42601.
  fileprivate static let syntaxError = SQLState("42601")
  /// 55000, of a view that cannot be written to.
  static let notInPrerequisiteState = SQLState("55000")
}
