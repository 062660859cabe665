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

/// A statement that does not fit the database's schema.
public struct SchemaDrift: Hashable, Sendable, CustomStringConvertible {
  /// The name of the declared statement.
  public let statement: String
  /// What does not fit.
  public let problem: String

  /// Both, for the log.
  public var description: String { "\(statement): \(problem)" }
}

extension Pool {
  /// Has the server prepare each statement, without running it, and compares what it would return with the Swift types
  /// that decode it; then has it explained, for which the role needs the same privileges as to run it. Throws where the
  /// server cannot be asked; what it refuses is a drift, and so is a missing privilege, with the GRANT that gives it.
  public func check(_ statements: [DeclaredStatement]) async throws(DatabaseError) -> [SchemaDrift] {
    var checked: [CheckedStatement] = []
    for declared in statements { checked.append(try await check(declared)) }
    let grants = try await missingGrants(for: checked)
    let explained = Set(grants.flatMap(\.statements))
    let others = checked.filter { !explained.contains($0.name) }.compactMap { statement in
      statement.problem.map { SchemaDrift(statement: statement.name, problem: $0) }
    }
    return others + grants.map(\.drift)
  }

  private func check(_ declared: DeclaredStatement) async throws(DatabaseError) -> CheckedStatement {
    var checked = CheckedStatement(name: declared.name, sql: declared.sql)
    do throws(DatabaseError) {
      let statement = Statement(declared.sql, number: nil)
      let result = try await run(Request(declared.sql, statement, in: nil, describes: true))
      checked.problem = declared.columns.flatMap { result.mismatch(with: $0) }
      checked.refusal = try await refusal(of: declared.sql)
    } catch {
      guard case .server(let refusal) = error else { throw error }
      checked.refusal = refusal
    }
    return checked
  }

  /// Explaining executes nothing. What cannot be explained, such as CREATE TABLE, is not judged.
  private func refusal(of sql: SQL) async throws(DatabaseError) -> ServerError? {
    let explanation: SQL = "EXPLAIN \(sql)"
    do throws(DatabaseError) {
      _ = try await run(Request(explanation, Statement(explanation, number: nil), in: nil))
      return nil
    } catch {
      guard case .server(let refusal) = error else { throw error }
      return refusal.sqlState == .insufficientPrivilege ? refusal : nil
    }
  }
}
