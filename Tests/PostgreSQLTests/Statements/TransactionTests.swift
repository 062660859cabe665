import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct TransactionTests {
  @Test func `a transaction that returns is committed, one that throws is rolled back`() async throws {
    let count = try await withPool { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE t (n int)")
      let result = try await session.transaction { session in
        try await session.execute("INSERT INTO t VALUES (1)")
        return try await session.execute("INSERT INTO t VALUES (2)")
      }
      #expect(result == 1)
      await #expect(throws: Oops.self) {
        try await session.transaction { session in
          try await session.execute("INSERT INTO t VALUES (3)")
          throw Oops()
        }
      }
      return try await session.value("SELECT count(*) FROM t", as: Int.self)
    }
    #expect(count == 2)
  }

  @Test func `a nested transaction that throws takes back only its own work`() async throws {
    let values = try await withPool { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE t (n int PRIMARY KEY)")
      try await session.transaction { session in
        try await session.execute("INSERT INTO t VALUES (1)")
        do {
          try await session.transaction { try await $0.execute("INSERT INTO t VALUES (2), (1)") }
          Issue.record("the key was accepted twice")
        } catch DatabaseError.server(let error) where error.sqlState == .uniqueViolation {}
        try await session.transaction { try await $0.execute("INSERT INTO t VALUES (3)") }
      }
      return try await session.value("SELECT array_agg(n ORDER BY n) FROM t", as: [Int].self)
    }
    #expect(values == [1, 3])
  }

  @Test func `a failed statement makes the transaction fail even if its error is ignored`() async throws {
    try await withPool { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE t (n int)")
      let error = await #expect(throws: DatabaseError.self) {
        try await session.transaction { session in
          try await session.execute("INSERT INTO t VALUES (1)")
          _ = try? await session.execute("SELECT 1/0")
        }
      }
      #expect(error?.sqlState == SQLState("22012"))
      #expect(try await session.value("SELECT count(*) FROM t", as: Int.self) == 0)
      await wait { pool.status.busy == 0 }
      #expect(pool.status.busy == 0)
    }
  }

  @Test func `a constraint that is checked at COMMIT fails the transaction`() async throws {
    try await withPool { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
      let error = await #expect(throws: DatabaseError.self) {
        try await session.transaction { try await $0.execute("INSERT INTO t VALUES (1), (1)") }
      }
      #expect(error?.sqlState == .uniqueViolation)
      // The same without a transaction block: the error comes with the Sync, after the statement's own success.
      let alone = await #expect(throws: DatabaseError.self) {
        try await session.execute("INSERT INTO t VALUES (2), (2)")
      }
      #expect(alone?.sqlState == .uniqueViolation)
      #expect(try await session.value("SELECT count(*) FROM t", as: Int.self) == 0)
    }
  }

  @Test func `a cancelled transaction lets go of its connection while its statement would still wait`() async throws {
    // Sooner than the statement's own time is over.
    try await withPool({ ($1.size, $1.busyTimeout) = (1, .seconds(15)) }) { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE t (n int)")
      let process = try await session.value("SELECT pg_backend_pid()", as: Int32.self)
      try await withOther(pool) { other in
        try await other.session().transaction { holder in
          try await holder.execute(blockedStatement)
          for _ in 1...20 {
            let task = Task {
              try await session.transaction { session in
                try await session.execute("INSERT INTO t VALUES (1)")
                try await session.execute(blockedStatement)
              }
            }
            #expect(try await somebodyWaits(holder))
            task.cancel()
            await expectCancelled { try await task.value }
            // The only connection takes this once the server has ended the wait and the transaction.
            #expect(try await session.value("SELECT count(*) FROM t", as: Int.self) == 0)
          }
        }
      }
      #expect(try await session.value("SELECT pg_backend_pid()", as: Int32.self) == process)
      #expect(pool.status.lastError == nil)
    }
  }

  @Test func `BEGIN and COMMIT by hand are refused`() async throws {
    try await withPool { pool in
      for sql: SQL in ["BEGIN", " /* now */ commit", "ROLLBACK"] {
        await #expect(throws: DatabaseError.self) { try await pool.session().execute(sql) }
      }
    }
  }
}

/// Waits until a statement of this database waits for an advisory lock, ten seconds at most.
@LoopActor private func somebodyWaits(_ session: Session) async throws -> Bool {
  let end = MonotonicTime.now() + .seconds(10)
  while MonotonicTime.now() < end {
    if try await session.value(waitingForLocks, as: Int.self) == 1 { return true }
  }
  return false
}

private let waitingForLocks: SQL = """
  SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
  WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted
  """

struct Oops: Error {}
