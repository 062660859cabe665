/// A statement of a script that the server refuses.
struct FailedStatement: Error, CustomStringConvertible {
  let script: String
  let statement: ScriptStatement
  let error: ServerError
  /// What has become of what was executed before.
  let consequence: String
  /// What mends it, where that is known.
  let remedy: [String]

  private var place: String { "\(script), line \(statement.line(of: error))" }
  private var reason: String { "\(error.message) (\(error.sqlState))" + (error.detail.map { ": \($0)" } ?? "") }
  var description: String { "\(place): \(reason); \(consequence)" }

  var mismatch: SchemaMismatch {
    SchemaMismatch([
      Finding(
        .refusal, place, reason, so: consequence,
        remedy: ["-- in: \(statement.text.split(whereSeparator: \.isWhitespace).joined(separator: " "))"] + remedy)
    ])
  }

  /// As whoever starts the program is to see it.
  var final: any Error {
    error.sqlState.mayPass ? DatabaseError.unavailable(description) : mismatch
  }
}

extension Session {
  /// Executes a statement of a script.
  func run(
    _ statement: ScriptStatement, of script: String, otherwise consequence: String,
    remedy: (SQLState) -> [String] = { _ in [] }
  ) async throws {
    do throws(DatabaseError) {
      try await runOnce(SQL(statement: statement.text))
    } catch {
      guard case .server(let refusal) = error else { throw error }
      throw FailedStatement(
        script: script, statement: statement, error: refusal, consequence: consequence,
        remedy: remedy(refusal.sqlState))
    }
  }

  /// What a script has set for its session is not to be met by others: the connection ends with the transaction.
  func keepToItself() {
    if let connection = transaction?.connection { pool.retire(connection) }
  }
}
