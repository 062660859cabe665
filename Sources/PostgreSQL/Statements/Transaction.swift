internal import EventLoop

/// A transaction: the connection that it has from its first statement to its end, and how it fares.
@LoopActor final class Transaction {
  /// nil before the first statement.
  var connection: Connection?
  private(set) var hasEnded = false
  /// Why its connection was lost, if it was; the server has rolled it back then.
  private var loss: String?
  /// The error since which the server refuses everything but the rollback.
  private var failure: ServerError?
  private var savepoints = 0
  private let pool: Pool

  init(_ pool: Pool) {
    self.pool = pool
  }

  /// A statement failed.
  func fail(_ error: ServerError) {
    failure = failure ?? error
  }

  /// It is over.
  func end() {
    hasEnded = true
    connection = nil
  }

  /// Its connection was lost.
  func lose(_ reason: String) {
    loss = loss ?? reason
    end()
  }

  /// Why it takes no statement any more.
  var refusal: DatabaseError? {
    if let loss { return .unavailable(loss) }
    return hasEnded ? .invalid("the transaction has ended") : nil
  }

  func commit() async throws(DatabaseError) {
    if Task.isCancelled { throw .cancelled }
    if let failure { throw .server(failure) }
    if let refusal { throw refusal }
    guard connection != nil else { return end() }
    pool.echo("COMMIT")
    let result = try await pool.finish(Request("COMMIT", Statement.commit, in: self))
    // The server answers ROLLBACK to the COMMIT of a transaction that has failed.
    guard result.commandTag == "COMMIT" else {
      throw .server(ServerError(.inFailedSQLTransaction, message: "the transaction was rolled back"))
    }
  }

  /// Sends ROLLBACK without waiting for it: nothing else comes to the connection before it is answered.
  func rollBack() {
    guard !hasEnded else { return }
    guard connection != nil else { return end() }
    pool.echo("ROLLBACK")
    pool.submit(Request("ROLLBACK", Statement.rollback, in: self))
  }

  func savepoint<Result>(_ body: () async throws -> Result) async throws -> Result {
    savepoints += 1
    defer { savepoints -= 1 }
    let name = "savepoint_\(savepoints)"
    _ = try await pool.run(control("SAVEPOINT \(identifier: name)"))
    do {
      let result = try await body()
      if Task.isCancelled { throw DatabaseError.cancelled }
      if let failure { throw DatabaseError.server(failure) }
      _ = try await pool.run(control("RELEASE SAVEPOINT \(identifier: name)"))
      return result
    } catch {
      await rollBack(to: name)
      throw error
    }
  }

  private func rollBack(to name: String) async {
    guard !hasEnded, connection != nil else { return }
    guard (try? await pool.finish(control("ROLLBACK TO SAVEPOINT \(identifier: name)"))) != nil else { return }
    failure = nil
  }

  private func control(_ sql: SQL) -> Request {
    let statement = Statement(sql, number: nil)
    pool.echo(statement.text)
    return Request(sql, statement, in: self)
  }
}

extension Request {
  /// COMMIT or ROLLBACK: the connection is free after it.
  var endsTransaction: Bool {
    statement === Statement.commit || statement === Statement.rollback
  }
}
