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

  @Test func `the inserts of a turn share a transaction`() async throws {
    try await withPool({ $1.size = 4 }) { pool in
      try await pool.session().execute("CREATE TABLE names (name text UNIQUE)")
      let tasks = (0..<20).map { start(pool, "INSERT INTO names VALUES (\("name \($0)"))") }
      for task in tasks { _ = try await task.value }
      let transactions = try await pool.session().value("SELECT count(DISTINCT xmin::text) FROM names", as: Int.self)
      #expect(transactions == 1)
    }
  }

  @Test func `an insert that fails takes none of its turn with it`() async throws {
    try await withPool({ $1.size = 4 }) { pool in
      try await pool.session().execute("CREATE TABLE names (name text UNIQUE)")
      // Each name twice, in one turn: one of the two is refused.
      let tasks = (0..<20).map { start(pool, "INSERT INTO names VALUES (\("name \($0 / 2)"))") }
      var refused = 0
      for task in tasks {
        do { _ = try await task.value } catch DatabaseError.server(let error) where error.sqlState == .uniqueViolation
        {
          refused += 1
        }
      }
      let count = try await pool.session().value("SELECT count(*) FROM names", as: Int.self)
      #expect((refused, count) == (10, 10))
    }
  }

  @Test(arguments: [true, false]) func `updates that ask for it share a transaction with others of their turn`(
    areNamed: Bool
  ) async throws {
    try await withCounters(areNamed: areNamed) { pool in
      let session = pool.session()
      var transactions: Int?
      for _ in 0..<50 where transactions != 1 {  // a busy server's connection is not given as many at once
        for task in (0..<20).map({ start(pool, increment($0)) }) { _ = try await task.value }
        transactions = try await session.value("SELECT count(DISTINCT xmin::text) FROM counters", as: Int.self)
      }
      let limit = try await session.value("SELECT current_setting('lock_timeout')", as: String.self)
      #expect((transactions, limit) == (1, "1s"))
    }
  }

  @Test(arguments: [true, false]) func `one that waits for a locked row does not hold up the others of its turn`(
    areNamed: Bool
  ) async throws {
    try await withCounters(areNamed: areNamed) { pool in
      var tasks: [Task<Int, any Error>] = []
      try await withOther(pool) { other in
        try await other.session().transaction { session in
          try await session.execute(increment(7))
          let started = MonotonicTime.now()
          tasks = (0..<20).map { start(pool, increment($0)) }
          for (id, task) in tasks.enumerated() where id != 7 { _ = try await task.value }
          #expect(MonotonicTime.now() - started < .seconds(30))  // after 60 the server would end the one that waits
        }
      }
      _ = try await tasks[7].value
      let session = pool.session()
      let numbers = try await session.value(
        "SELECT string_agg(n::text, '' ORDER BY id) FROM counters", as: String.self)
      #expect(numbers == "11111112111111111111")
    }
  }

  @Test func `groups that wait for each other's rows all come through`() async throws {
    try await withCounters { pool in
      try await withOther(pool) { other in
        for _ in 0..<20 {
          let up = (0..<20).map { start(pool, increment($0)) }
          let down = (0..<20).map { start(other, increment(19 - $0)) }
          for task in up + down { _ = try await task.value }
        }
      }
      let session = pool.session()
      let complete = try await session.value("SELECT count(*) FROM counters WHERE n = 40", as: Int.self)
      #expect(complete == 20)
    }
  }

  @Test func `the queue is bounded`() async throws {
    try await withPool({ ($1.size, $1.queue, $1.pipelineDepth) = (1, 2, 1) }) { pool in
      try await whileBlocked(pool) {
        let slow = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        let waiting = [start(pool, "SELECT 1"), start(pool, "SELECT 1")]
        await wait { pool.status.waiting == 2 }
        await expectUnavailable("too many statements wait") { try await pool.session().execute("SELECT 1") }
        for task in waiting + [slow] { task.cancel() }
      }
    }
  }

  @Test func `who waits too long is told so`() async throws {
    try await withPool({ ($1.size, $1.timeout, $1.pipelineDepth) = (1, .milliseconds(300), 1) }) { pool in
      try await whileBlocked(pool) {
        let slow = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        await expectUnavailable("no connection was free") { try await pool.session().execute("SELECT 1") }
        slow.cancel()
      }
    }
  }

  @Test func `a task that is cancelled leaves the queue`() async throws {
    try await withPool({ ($1.size, $1.pipelineDepth) = (1, 1) }) { pool in
      try await whileBlocked(pool) {
        let slow = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        let task = start(pool, "SELECT 1")
        await wait { pool.status.waiting == 1 }
        task.cancel()
        await expectCancelled { try await task.value }
        #expect(pool.status.waiting == 0)
        slow.cancel()
      }
    }
  }

  @Test func `a cancelled statement that is on its way runs to its end, its connection goes on`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let tasks = try await whileBlocked(pool) {
        let tasks = (0..<50).map { _ in start(pool, blockedStatement) }
        await wait { pool.status.busy == 1 }
        for task in tasks { task.cancel() }
        return tasks
      }
      for task in tasks { _ = try await task.value }
      let value = try await pool.session().value("SELECT 1", as: Int.self)
      #expect(value == 1)
      #expect((pool.status.connections, pool.status.lastError) == (1, nil))
    }
  }

  @Test func `cancellation may come from another thread`() async throws {
    try await withPool({ ($1.size, $1.pipelineDepth) = (1, 1) }) { pool in
      try await whileBlocked(pool) {
        _ = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        let task = start(pool, "SELECT 1")
        await wait { pool.status.waiting == 1 }
        await Task.detached { task.cancel() }.value
        await expectCancelled { try await task.value }
      }
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
        transaction = Task(executorPreference: EventLoop.main) {
          try await pool.session().transaction { session in
            try await session.execute(blockedStatement)
            return try await session.value("SELECT 2", as: Int.self)
          }
        }
        await wait { pool.status.busy == 2 }
        close = Task(executorPreference: EventLoop.main) { await pool.close() }
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
      at: cluster.urlOverTCP(), { configuration, _ in configuration.statementTimeout = .seconds(6) }
    ) { pool in
      let session = pool.session()
      let timeout = try await session.value("SELECT current_setting('statement_timeout')", as: String.self)
      let name = try await session.value("SELECT current_setting('application_name')", as: String.self)
      let encoding = try await session.value("SELECT current_setting('client_encoding')", as: String.self)
      #expect((timeout, name, encoding) == ("5700ms", "roster", "UTF8"))
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
    Task(executorPreference: EventLoop.main) { await isWrong(number, body) }
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

func expectUnavailable<Result>(
  _ part: String = "", sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Result
) async {
  do {
    _ = try await body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch DatabaseError.unavailable(let reason) {
    #expect(reason.contains(part) || part.isEmpty, "\(reason)", sourceLocation: sourceLocation)
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}

func expectCancelled<Result>(
  sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Result
) async {
  do {
    _ = try await body()
    Issue.record("no error", sourceLocation: sourceLocation)
  } catch DatabaseError.cancelled {
  } catch {
    Issue.record(error, sourceLocation: sourceLocation)
  }
}

/// A pool with a connection for each of twenty rows.
private func withCounters(
  areNamed: Bool = true, _ body: @escaping @LoopActor @Sendable (Pool) async throws -> Void
) async throws {
  try await withPool({ ($0.preparesStatements, $1.size) = (areNamed, 20) }) { pool in
    try await pool.session().execute("CREATE TABLE counters (id int PRIMARY KEY, n int NOT NULL)")
    try await pool.session().execute("INSERT INTO counters SELECT g, 0 FROM generate_series(0, 19) g")
    try await body(pool)
  }
}

private func increment(_ id: Int) -> SQL {
  ("UPDATE counters SET n = n + 1 WHERE id = \(id)" as SQL).sharingCommit
}
