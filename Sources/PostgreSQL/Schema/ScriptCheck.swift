internal import EventLoop

/// What is wrong with scripts, also with those that are not to be executed.
extension Pool {
  /// Has the server parse each statement of the script, and of the migrations that have yet to be applied. Whether it finds
  /// the tables and types that they name shows only when they are executed.
  func scriptFindings(_ script: SchemaScript, _ installed: Installed) async throws(DatabaseError) -> [Finding] {
    var findings = try await syntaxErrors(in: script.statements, of: script.name, .refusal)
    for migration in installed.pending(of: script) {
      findings += try await syntaxErrors(in: migration.statements, of: migration.name, .warning)
    }
    return findings
  }

  /// All are parsed in one transaction, unless one is refused: for the next it begins anew.
  private func syntaxErrors(
    in statements: [ScriptStatement], of script: String, _ severity: Finding.Severity
  ) async throws(DatabaseError) -> [Finding] {
    var rest = statements[...]
    var findings: [Finding] = []
    while !rest.isEmpty {
      let start = rest.startIndex
      do throws(DatabaseError) {
        try await looking { session in
          while let statement = rest.first {
            rest = rest.dropFirst()
            try await session.parse(statement)
          }
        }
      } catch {
        guard case .server(let refusal) = error, !refusal.sqlState.mayPass, rest.startIndex > start,
          let statement = statements[..<rest.startIndex].last
        else { throw error }
        guard refusal.sqlState == .syntaxError else { continue }
        let place = "\(script), line \(statement.line(of: refusal))"
        findings.append(Finding(severity, place, "\(refusal.message) (\(refusal.sqlState))"))
      }
    }
    return findings
  }
}

extension Session {
  fileprivate func parse(_ statement: ScriptStatement) async throws(DatabaseError) {
    let sql = SQL(statement: statement.text)
    _ = try await pool.run(Request(sql, Statement(sql, number: nil), in: transaction, describes: true))
  }
}

extension Installed {
  /// What the migrations come to.
  func findings(_ script: SchemaScript, fits: Bool) -> [Finding] {
    let migrations = script.migrations
    guard home != nil else { return [] }
    if let unreadable { return [unreadable] }
    return migrations.changed(since: applied, in: record?.sqlName ?? "", .warning)
      + migrations.findings(pending: pending(of: script), fits: fits) + migrations.unknown(among: applied)
  }
}
