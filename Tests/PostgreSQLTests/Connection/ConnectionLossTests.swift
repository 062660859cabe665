import EventLoop
import Glibc
import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.ownThread) struct ConnectionLossTests {
  private static let kill: SQL = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%advisory%' AND state = 'active'
    """

  @Test func `a read whose connection is terminated is run again on another`() async throws {
    try await withPool { pool in
      let read = try await whileBlocked(pool) {
        let read = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        await EventLoop.main.sleep(for: .milliseconds(100))
        try await pool.session().execute(Self.kill)
        await wait { pool.status.connections == 2 || pool.status.lastError != nil }
        return read
      }
      let rows = try await read.value
      #expect(rows == 1)
      await wait { pool.status.connections == 3 }
      #expect(pool.status.lastError == nil)
    }
  }

  @Test func `a read that loses two connections is unavailable`() async throws {
    try await withPool { pool in
      try await whileBlocked(pool) {
        let read = start(pool, blockedStatement)
        for _ in 0..<2 {
          await wait { pool.status.busy == 1 }
          await EventLoop.main.sleep(for: .milliseconds(100))
          try await pool.session().execute(Self.kill)
          await wait { pool.status.lastError != nil }
        }
        await expectUnavailable("terminating connection") { try await read.value }
      }
    }
  }

  @Test func `a write that the server breaks off was not applied, what queued behind it runs later`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE t (n int)")
      let head = start(pool, "INSERT INTO t SELECT 1 FROM pg_sleep(60)")
      let behind = start(pool, "INSERT INTO t VALUES (3)")
      await EventLoop.main.sleep(for: .milliseconds(50))
      try await killFromOutside(pool)
      await expectUnavailable("terminating connection") { try await head.value }
      _ = try await behind.value
      let values = try await session.value("SELECT array_agg(n ORDER BY n) FROM t", as: [Int].self)
      #expect(values == [3])
    }
  }

  @Test func `a write that was sent when its server was killed has an unknown outcome`() async throws {
    let cluster = try PostgreSQLCluster()
    try await withPool(at: cluster.url(), { $1.timeout = .seconds(30) }) { pool in
      await wait { pool.status.connections == 3 }
      try await pool.session().execute("CREATE TABLE t (n int)")
      let blocker = Task {
        try await pool.session().transaction { try await $0.execute("SELECT pg_sleep(60)") }
      }
      await wait { pool.status.busy == 1 }
      await EventLoop.main.sleep(for: .milliseconds(50))
      let write = start(pool, "INSERT INTO t SELECT 1 FROM pg_sleep(60)")
      await wait { pool.status.busy == 2 }
      await EventLoop.main.sleep(for: .milliseconds(50))
      try await inBackground { try cluster.run("psql", "-c", "SELECT 1") }  // it is alive
      try await inBackground { try cluster.kill() }
      await #expect { try await write.value } throws: {
        if case DatabaseError.outcomeUnknown = $0 { true } else { false }
      }
      await expectUnavailable { try await blocker.value }
      try await inBackground { try cluster.start() }
      await wait { pool.status.connections == 3 }
      let count = try await pool.session().value("SELECT count(*) FROM t", as: Int.self)
      #expect(count == 0)
    }
  }

  @Test func `while the server is away statements wait, and it is used again when it returns`() async throws {
    let cluster = try PostgreSQLCluster()
    try await withPool(at: cluster.url(), { $1.timeout = .seconds(60) }) { pool in
      try await pool.session().execute("CREATE TABLE t (n int)")
      try await inBackground { try cluster.stop() }
      await wait { pool.status.connections == 0 }
      #expect(pool.status.lastError != nil)
      let write = start(pool, "INSERT INTO t VALUES (1)")
      await EventLoop.main.sleep(for: .milliseconds(200))
      #expect(pool.status.waiting == 1)
      try await inBackground { try cluster.start() }
      let returned = MonotonicTime.now()
      let changed = try await write.value
      #expect(changed == 1)
      #expect(MonotonicTime.now() - returned < .seconds(5))
      await wait { pool.status.connections == 3 }
      #expect(pool.status.lastError == nil)
    }
  }

  @Test func `a database that stays away is refused at once after the time to wait`() async throws {
    try await withPool(at: "postgresql:///x?host=/nowhere", { $1.timeout = .seconds(1) }) { pool in
      await expectUnavailable("/nowhere") { try await pool.session().execute("SELECT 1") }
      await EventLoop.main.sleep(for: .milliseconds(10))  // from now on it is away for longer than that
      let start = MonotonicTime.now()
      await expectUnavailable("/nowhere") { try await pool.session().execute("SELECT 1") }
      #expect(MonotonicTime.now() - start < .milliseconds(900))
    }
  }

  @Test func `a server that hangs is given up after the time that a statement may take`() async throws {
    let change: @Sendable (inout DatabaseConfiguration, inout PoolOptions) -> Void = { configuration, options in
      configuration.statementTimeout = .seconds(5)
      (options.size, options.timeout) = (1, .seconds(2))
    }
    try await withPool(change) { pool in
      let pid = try #require(try await pool.session().value("SELECT pg_backend_pid()", as: Int32.self))
      _ = Glibc.kill(pid, SIGSTOP)
      defer { _ = Glibc.kill(pid, SIGCONT) }
      let read = start(pool, "SELECT 1")
      let write = start(pool, "CREATE TABLE t (n int)")
      await wait { pool.status.busy == 1 }
      await EventLoop.main.sleep(for: .seconds(3))  // what is asked then has not waited for long when the others have
      let late = Task { try await pool.session().value("SELECT 1", as: Int.self) }
      await expectUnavailable("no answer") { try await read.value }
      await #expect { try await write.value } throws: {
        if case DatabaseError.outcomeUnknown = $0 { true } else { false }
      }
      let value = try await late.value
      #expect(value == 1)
    }
  }

  @Test func `what is not answered in its time is given up alone, and its connection goes on`() async throws {
    let change: @Sendable (inout DatabaseConfiguration, inout PoolOptions) -> Void = { configuration, options in
      configuration.statementTimeout = .seconds(6)
      options.size = 1
    }
    try await withPool(change) { pool in
      try await pool.session().execute("CREATE TABLE t (n int)")
      // One after another on the one connection: the third begins after three seconds, and the server breaks it off after
      // almost nine.
      let tasks = [1.5, 1.5, 20].map { start(pool, "INSERT INTO t SELECT 1 FROM pg_sleep(\($0))") }
      let (first, second) = try await (tasks[0].value, tasks[1].value)
      #expect((first, second) == (1, 1))
      await #expect { try await tasks[2].value } throws: {
        if case DatabaseError.outcomeUnknown = $0 { true } else { false }
      }
      await wait { pool.status.idle == 1 }
      let count = try await pool.session().value("SELECT count(*) FROM t", as: Int.self)
      #expect(count == 2)
      #expect(pool.status.lastError == nil)
    }
  }

  @Test func `a transaction that loses its connection was not applied`() async throws {
    try await withPool { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE t (n int)")
      await expectUnavailable {
        try await session.transaction { inner in
          try await inner.execute("INSERT INTO t VALUES (1)")
          let pid = try await inner.value("SELECT pg_backend_pid()", as: Int32.self)
          try await session.execute("SELECT pg_terminate_backend(\(pid))")
          await EventLoop.main.sleep(for: .milliseconds(50))
          try await inner.execute("INSERT INTO t VALUES (2)")
        }
      }
      let count = try await session.value("SELECT count(*) FROM t", as: Int.self)
      #expect(count == 0)
    }
  }
}

/// Terminates the pool's active connections by a connection of its own.
@LoopActor private func killFromOutside(_ pool: Pool) async throws {
  _ = try await withOther(pool) { other in
    try await other.session().execute(
      """
      SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND query LIKE 'INSERT%' AND state = 'active'
      """)
  }
}

/// Runs what blocks on another thread than the loop's.
private func inBackground(_ body: @escaping @Sendable () throws -> Void) async throws {
  try await Task.detached { try body() }.value
}
