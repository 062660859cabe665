import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

/// Writes of one turn that share a transaction.
@Suite(.ownThread) struct SharedCommitTests {
  @Test(arguments: [true, false]) func `the inserts of a turn share a transaction, if they ask for it`(
    asks: Bool
  ) async throws {
    try await withPool({ $1.size = 4 }) { pool in
      try await pool.session().execute("CREATE TABLE names (name text UNIQUE)")
      let tasks = (0..<20).map { number in
        let insert: SQL = "INSERT INTO names VALUES (\("name \(number)"))"
        return start(pool, asks ? insert.sharingCommit : insert)
      }
      for task in tasks { _ = try await task.value }
      let transactions = try await pool.session().value("SELECT count(DISTINCT xmin::text) FROM names", as: Int.self)
      #expect(transactions == (asks ? 1 : 20))
    }
  }

  @Test func `an insert that fails takes none of its turn with it`() async throws {
    try await withPool({ $1.size = 4 }) { pool in
      try await pool.session().execute("CREATE TABLE names (name text UNIQUE)")
      // Each name twice, in one turn: one of the two is refused.
      let tasks = (0..<20).map { number in
        start(pool, ("INSERT INTO names VALUES (\("name \(number / 2)"))" as SQL).sharingCommit)
      }
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

  @Test func `what runs again by itself is not parsed again`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE names (name text UNIQUE)")
      var executions = 0
      for _ in 0..<50 where executions != 40 {  // a busy server's connection is not given as many at once
        try await session.execute("DELETE FROM names")
        let before = try await namedInserts(session)
        // The last is refused, and takes all with it.
        for task in (0..<20).map({ start(pool, insert("name \($0 % 19)")) }) { _ = try? await task.value }
        executions = try await namedInserts(session) - before
      }
      #expect(executions == 40)
      let count = try await session.value("SELECT count(*) FROM names", as: Int.self)
      #expect(count == 19)
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

private func insert(_ name: String) -> SQL {
  ("INSERT INTO names VALUES (\(name))" as SQL).sharingCommit
}

/// How often the connection's server process has executed an INSERT that it has under a name.
@LoopActor private func namedInserts(_ session: Session) async throws -> Int {
  let plans: SQL = """
    SELECT coalesce(sum(generic_plans + custom_plans), 0)::int FROM pg_prepared_statements WHERE statement LIKE 'INSERT%'
    """
  return try await session.value(plans, as: Int.self) ?? 0
}

private func increment(_ id: Int) -> SQL {
  ("UPDATE counters SET n = n + 1 WHERE id = \(id)" as SQL).sharingCommit
}
