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
  /// that decode it. Throws where the server cannot be asked; what it refuses is a drift.
  public func check(_ statements: [DeclaredStatement]) async throws(DatabaseError) -> [SchemaDrift] {
    var drifts: [SchemaDrift] = []
    for declared in statements {
      if let problem = try await problem(with: declared) {
        drifts.append(SchemaDrift(statement: declared.name, problem: problem))
      }
    }
    return drifts
  }

  private func problem(with declared: DeclaredStatement) async throws(DatabaseError) -> String? {
    let statement = Statement(declared.sql, number: nil)
    do throws(DatabaseError) {
      let result = try await run(Request(declared.sql, statement, in: nil, describes: true))
      return declared.columns.flatMap { result.mismatch(with: $0) }
    } catch {
      guard case .server(let refusal) = error else { throw error }
      return "\(refusal.message) (\(refusal.sqlState))"
    }
  }
}
