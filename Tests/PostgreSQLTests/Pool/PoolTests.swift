import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.ownThread) struct PoolTests {
  @Test func `ten thousand statements at once over few connections all get their own answers`() async throws {
    try await withPool({ $1.queue = 10_000 }) { pool in
      let wrong = await countWrong(10_000) { number in
        try await pool.session().value("SELECT \(number)", as: Int.self) == number
      }
      #expect(wrong == 0)
      #expect(pool.status == PoolStatus(connections: 3, idle: 3, busy: 0, waiting: 0, lastError: nil))
    }
  }

  @Test func `a statement that fails does not touch its neighbours in the same turn`() async throws {
    try await withPool({ $1.queue = 10_000 }) { pool in
      let wrong = await countWrong(500) { number in
        do throws(DatabaseError) {
          let value = try await pool.session().value("SELECT 1000 / (\(number) % 10)", as: Int.self)
          return value == 1000 / (number % 10)
        } catch {
          return number % 10 == 0 && error.sqlState == SQLState("22012")
        }
      }
      #expect(wrong == 0)
    }
  }

  @Test func `a statement that cannot be prepared fails alone, every time`() async throws {
    try await withPool { pool in
      let wrong = await countWrong(60) { number in
        if number % 3 > 0 { return try await pool.session().value("SELECT \(number)", as: Int.self) == number }
        do throws(DatabaseError) {
          try await pool.session().execute("SELECT * FROM no_such_table")
          return false
        } catch {
          return error.sqlState == .undefinedTable
        }
      }
      #expect(wrong == 0)
    }
  }

  @Test func `reads, writes and transactions mix on few connections`() async throws {
    try await withPool({ $1.queue = 10_000 }) { pool in
      try await pool.session().execute("CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL)")
      try await pool.session().execute("INSERT INTO counters SELECT g, 0 FROM generate_series(0, 9) g")
      let wrong = await countWrong(900) { number in
        let (session, id) = (pool.session(), number % 10)
        switch number % 3 {
        case 0: return try await session.value("SELECT \(number)", as: Int.self) == number
        case 1: return try await session.execute("UPDATE counters SET n = n + 1 WHERE id = \(id)") == 1
        default:
          return try await session.transaction { session in
            let n = try await session.value("SELECT n FROM counters WHERE id = \(id) FOR UPDATE", as: Int.self) ?? -1
            return try await session.execute("UPDATE counters SET n = \(n + 1) WHERE id = \(id)") == 1
          }
        }
      }
      #expect(wrong == 0)
      let sum = try await pool.session().value("SELECT sum(n)::int FROM counters", as: Int.self)
      #expect(sum == 600)
    }
  }

  @Test func `a read does not wait behind a slow statement`() async throws {
    try await withPool { pool in
      try await whileBlocked(pool) {
        let slow = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        await EventLoop.main.sleep(for: PoolState.patience)
        await EventLoop.main.sleep(for: .milliseconds(1))
        let value = try await pool.session().value("SELECT 1", as: Int.self)
        #expect(value == 1)
        slow.cancel()
      }
    }
  }

  @Test func `closing lets what is under way finish, and takes nothing new`() async throws {
    try await withPool { pool in
      var slow: Task<Int, any Error>?
      var transaction: Task<Int?, any Error>?
      var close: Task<Void, Never>?
      try await whileBlocked(pool) {
        slow = start(pool, blockedStatement)
        transaction = Task {
          try await pool.session().transaction { session in
            try await session.execute(blockedStatement)
            return try await session.value("SELECT 2", as: Int.self)
          }
        }
        await wait { pool.status.busy == 2 }
        close = Task { await pool.close() }
        await EventLoop.main.sleep(for: .milliseconds(1))
        await expectUnavailable("closed") { try await pool.session().execute("SELECT 1") }
        #expect(pool.status.connections == 3)
      }
      let (first, second) = try await (slow?.value, transaction?.value)
      #expect((first, second) == (1, 2))
      await close?.value
      #expect(pool.status.connections == 0)
    }
  }

  @Test func `connections are replaced at their age`() async throws {
    try await withPool({ ($1.size, $1.recycle) = (1, .milliseconds(50)) }) { pool in
      let first = try await pool.session().value("SELECT pg_backend_pid()", as: Int.self)
      var second = first
      for _ in 0..<1000 where second == first {
        await EventLoop.main.sleep(for: .milliseconds(20))
        second = try await pool.session().value("SELECT pg_backend_pid()", as: Int.self)
      }
      #expect(first != second)
    }
  }

  @Test func `settings reach the server, over TCP by name as well`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    try await withPool(
      at: cluster.urlOverTCP(),
      { configuration, _ in
        (configuration.statementTimeout, configuration.applicationName) = (.seconds(6), "mine")
      }
    ) { pool in
      let session = pool.session()
      let timeout = try await session.value("SELECT current_setting('statement_timeout')", as: String.self)
      let name = try await session.value("SELECT current_setting('application_name')", as: String.self)
      let encoding = try await session.value("SELECT current_setting('client_encoding')", as: String.self)
      #expect((timeout, name, encoding) == ("5700ms", "mine", "UTF8"))
      let error = await #expect(throws: DatabaseError.self) { try await session.execute("SELECT pg_sleep(20)") }
      #expect(error?.sqlState == .queryCanceled)
    }
  }
}

/// Runs `body` for each number, all at the same time, and counts those that are false or throw.
@LoopActor func countWrong(_ count: Int, _ body: @escaping @LoopActor @Sendable (Int) async throws -> Bool) async
  -> Int
{
  let tasks = (0..<count).map { number in
    Task { await isWrong(number, body) }
  }
  var wrong = 0
  for task in tasks where await task.value { wrong += 1 }
  return wrong
}

@LoopActor private func isWrong(_ number: Int, _ body: @LoopActor @Sendable (Int) async throws -> Bool) async -> Bool
{
  do {
    return try await !body(number)
  } catch {
    Issue.record(error)
    return true
  }
}
