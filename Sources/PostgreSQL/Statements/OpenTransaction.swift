/// A transaction whose end is somebody else's to say than who has begun it, as that of a request is. Where it is not,
/// ``Session/transaction(_:)`` cannot be forgotten to end.
extension Session {
  /// A session in a transaction of its own, on a connection of its own from its first statement on; to be ended by `commit` or
  /// `rollBack`.
  public func begin() throws(DatabaseError) -> Session {
    guard transaction == nil else { throw .invalid("there is a transaction already") }
    return Session(pool: pool, transaction: Transaction(pool))
  }

  /// COMMIT. Throws what ``transaction(_:)`` throws; it is rolled back then, or nobody knows (`.outcomeUnknown`).
  public func commit() async throws(DatabaseError) {
    guard let transaction else { throw .invalid("there is no transaction") }
    do throws(DatabaseError) {
      try await transaction.commit()
    } catch {
      transaction.rollBack()
      throw error
    }
  }

  /// ROLLBACK, without waiting for it.
  public func rollBack() {
    transaction?.rollBack()
  }
}
