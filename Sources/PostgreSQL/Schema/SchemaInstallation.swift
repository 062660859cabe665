internal import EventLoop

extension Pool {
  /// Programs that make tables at the same time take turns: even `CREATE … IF NOT EXISTS` fails when two run at once.
  private static let lock: Int64 = 0x726F_7374_6572  // "roster"
  /// How long one waits for its turn.
  private static let patience = "9s"

  /// Makes those of the script's tables that are not there, all or none; returns their names. Where all are there, it
  /// only looks, which no lock on a table can hold up, and holds up nobody.
  ///
  /// Throws ``SchemaMismatch`` where trying again cannot help.
  public func makeTables(of script: SchemaScript) async throws -> [String] {
    do {
      return try await tryToMakeTables(of: script)
    } catch let failure as FailedStatement where failure.error.sqlState.meansDuplicate {
      // Somebody else has made it meanwhile, or it is in the way for good, which the second try tells apart.
      do { return try await tryToMakeTables(of: script) } catch let failure as FailedStatement {
        throw failure.mismatch
      }
    } catch let failure as FailedStatement {
      throw failure.error.sqlState.mayPass ? DatabaseError.unavailable(failure.description) : failure.mismatch
    }
  }

  private func tryToMakeTables(of script: SchemaScript) async throws -> [String] {
    guard try await !missing(script, session()).isEmpty else { return [] }
    return try await session().transaction { session in
      try await session.runOnce("SELECT set_config('lock_timeout', \(Self.patience), true)")
      try await session.runOnce("SELECT pg_advisory_xact_lock(\(Self.lock))")
      let tables = try await missing(script, session)
      try await session.runOnce(
        "SELECT set_config('lock_timeout', '100ms', true), set_config('client_min_messages', 'warning', true)")
      for statement in tables.isEmpty ? [] : script.statements(for: tables) {
        do throws(DatabaseError) {
          try await session.runOnce(SQL(statement: statement.text))
        } catch {
          guard case .server(let refusal) = error else { throw error }
          throw FailedStatement(script: script.name, statement: statement, error: refusal)
        }
      }
      return tables.map(\.description)
    }
  }

  private func missing(_ script: SchemaScript, _ session: Session) async throws -> [TableName] {
    switch SchemaPlan(script.tables, in: try await session.surroundings(of: script.tables)) {
    case .nothing: return []
    case .make(let tables): return tables
    case .wait(let reason): throw DatabaseError.unavailable(reason)
    case .refuse(let findings): throw SchemaMismatch(findings)
    }
  }
}

/// A statement of a script that the server refuses; nothing of the script has been applied then.
private struct FailedStatement: Error, CustomStringConvertible {
  let script: String
  let statement: SchemaScript.Statement
  let error: ServerError

  private var place: String { "\(script), line \(statement.line)" }
  private var reason: String { "\(error.message) (\(error.sqlState))" }
  var description: String { "\(place): \(reason)" }

  var mismatch: SchemaMismatch {
    SchemaMismatch([
      Finding(
        .refusal, place, reason, so: "no table has been made",
        remedy: ["-- in: \(statement.text.split(whereSeparator: \.isWhitespace).joined(separator: " "))"])
    ])
  }
}

extension SQLState {
  /// 42P07 and 42710; 23505 where two make the same at the same moment.
  fileprivate var meansDuplicate: Bool {
    [SQLState("42P07"), SQLState("42710"), .uniqueViolation].contains(self)
  }
}
