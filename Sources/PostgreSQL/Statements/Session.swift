public import EventLoop

/// Where statements are run. Each statement succeeds or fails by itself, on whichever connection has room; see
/// ``transaction(_:)`` for several that belong together.
///
/// Statements that ask for it (``SQL/sharingCommit``) share a transaction, and so a commit, with others that were run at the
/// same moment and ask for it too. An error still reaches only whom it concerns: all are rolled back then, and each is
/// run again in a transaction of its own. So they are if one waits for a lock for longer than 50 ms. What a transaction has,
/// they have in common:
///
/// - `now()` is the same, and with it a `created_at` that defaults to it.
/// - Of equal notifications (`NOTIFY`) a listener gets one (PostgreSQL's documentation, "NOTIFY").
/// - What a trigger sets (`SET LOCAL`) holds for those that come after it; what it locks stays locked until all are committed.
/// - What a rollback does not take back happens once more if they are run again: numbers of a sequence are skipped, and what a
///   trigger does outside of the transaction is done twice.
///
/// A statement that would change a connection for those who have it next (`SET`, `LISTEN`, `PREPARE` and the like) is refused as
/// `.invalid`, except `SET LOCAL`. What a function does there (`set_config(…, false)`, `pg_advisory_lock`) no text tells.
@LoopActor public struct Session {
  let pool: Pool
  let transaction: Transaction?

  nonisolated init(pool: Pool, transaction: Transaction?) {
    (self.pool, self.transaction) = (pool, transaction)
  }

  /// Runs a statement and makes a value of each row.
  public func all<Model: Row>(
    _ sql: SQL, as type: Model.Type = Model.self
  ) async throws(DatabaseError) -> [Model] {
    var rows = RowReader(try await pool.run(sql, in: transaction))
    do throws(DatabaseError) { return try rows.allModels(Model.decoder) } catch { throw unreadable(error, sql) }
  }

  /// Runs a statement and makes a value of its first row; nil without rows.
  public func first<Model: Row>(
    _ sql: SQL, as type: Model.Type = Model.self
  ) async throws(DatabaseError) -> Model? {
    var rows = RowReader(try await pool.run(sql, in: transaction))
    do throws(DatabaseError) { return try rows.model(Model.decoder) } catch { throw unreadable(error, sql) }
  }

  /// A write has been applied by the time that its row is found not to fit.
  private func unreadable(_ error: DatabaseError, _ sql: SQL) -> DatabaseError {
    guard case .decoding(let reason) = error, transaction == nil, !pool.isRead(sql) else { return error }
    return .outcomeUnknown("it was applied, and its row cannot be read: \(reason)")
  }

  /// Runs a statement and returns the number of rows that it changed (or, without a change, found).
  @discardableResult
  public func execute(_ sql: SQL) async throws(DatabaseError) -> Int {
    try await pool.run(sql, in: transaction).affectedRows
  }

  /// Runs `body` in a transaction on a connection of its own: COMMIT when it returns; ROLLBACK when it throws or the
  /// task is cancelled. Within a transaction it is a savepoint.
  ///
  /// After a statement has failed, the server refuses the others, and returning throws that statement's error.
  /// Throws `.outcomeUnknown` when the connection is lost during COMMIT.
  @discardableResult
  public func transaction<Result>(_ body: (Session) async throws -> Result) async throws -> Result {
    if let transaction { return try await transaction.savepoint { try await body(self) } }
    let transaction = Transaction(pool)
    do {
      let result = try await body(Session(pool: pool, transaction: transaction))
      try await transaction.commit()
      return result
    } catch {
      transaction.rollBack()
      throw error
    }
  }
}
