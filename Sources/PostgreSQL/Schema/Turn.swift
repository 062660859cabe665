internal import EventLoop

/// Programs that make or change tables at the same time take turns: even `CREATE … IF NOT EXISTS` fails when two run at once.
extension Pool {
  private static let lock: Int64 = 0x726F_7374_6572  // "roster"

  /// Runs `body` in a transaction that has the lock of all who make or change tables, as long as it lasts: with a pooler that
  /// shares its sessions no other lock holds. Waits for its turn for `patience`, or until `isDone` finds that another has done
  /// it, and says what that comes to.
  ///
  /// It asks again and again instead of waiting in the server: a statement that waits there has a snapshot, for whose end
  /// `CREATE INDEX CONCURRENTLY` waits, whose program has the lock.
  func inTurn<Result>(
    patience: Duration = .seconds(9), isDone: (Session) async throws -> Result? = { _ in nil },
    _ body: (Session) async throws -> Result
  ) async throws -> Result {
    let end = MonotonicTime.now() + patience
    var delay = Duration.milliseconds(20)
    while true {
      if let result = try await isDone(session()) { return result }
      let result: Result? = try await session().transaction { session in
        guard try await session.takeTurn(Self.lock, isDirect: peer?.isPooled == false) else { return nil }
        return try await body(session)
      }
      if let result { return result }
      guard MonotonicTime.now() < end else {
        throw DatabaseError.unavailable("another program makes or changes tables in this database; try again later")
      }
      await EventLoop.main.sleep(for: delay)
      delay = min(delay * 2, .milliseconds(500))
    }
  }
}

private struct Turn: Row {
  let isOurs: Bool
  static let decoder = RowDecoder(Turn.init, Column("is_ours", \.isOurs))
}

extension Session {
  /// Whether the lock could be had. What is looked at afterwards is what is there then, not when the transaction began; and
  /// it may last long without a word. Behind a pooler something has been executed by now, and the level is what it is.
  fileprivate func takeTurn(_ lock: Int64, isDirect: Bool) async throws(DatabaseError) -> Bool {
    if isDirect { try await runOnce("SET TRANSACTION ISOLATION LEVEL READ COMMITTED") }
    try await runOnce(
      """
      SELECT set_config(name, '0', true) FROM pg_settings
      WHERE name IN ('idle_in_transaction_session_timeout', 'transaction_timeout')
      """)
    let turns: [Turn] = try await look("SELECT pg_try_advisory_xact_lock(\(lock)) AS is_ours")
    return turns.first?.isOurs == true
  }

  /// Waits for no lock for longer, such as `100ms`: those who come behind wait as long.
  func waitForLocks(atMost limit: String) async throws(DatabaseError) {
    try await runOnce("SELECT set_config('lock_timeout', \(limit), true)")
  }
}
