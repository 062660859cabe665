import EventLoop
import Glibc
import TestSupport
import Testing

@testable import PostgreSQL

/// Hedging with a server, one of whose processes is stopped by the kernel.
@Suite(.ownThread) struct HedgedReadTests {
  private static let process: SQL = "SELECT pg_backend_pid()"

  /// Runs `body` while that server process is stopped to which a statement like `like` goes.
  @LoopActor private func whileStopped<Result>(
    _ pool: Pool, like: SQL = HedgedReadTests.process, _ body: (_ stopped: Int32) async throws -> Result
  ) async throws -> Result {
    let process = try #require(try await pool.session().value(like, as: Int32.self))
    _ = Glibc.kill(process, SIGSTOP)
    defer { _ = Glibc.kill(process, SIGCONT) }
    return try await body(process)
  }

  @Test func `reads behind a process that is stopped are answered by another, and count once`() async throws {
    try await withPool { pool in
      try await whileStopped(pool) { _ in
        let tasks = (1...20).map { number in
          Task {
            try await pool.session().value("SELECT \(number)", as: Int.self)
          }
        }
        for (index, task) in tasks.enumerated() {
          let value = try await task.value
          #expect(value == index + 1)
        }
        #expect(pool.status.busy == 1)
      }
      await wait { pool.status.idle == 3 }  // the late answers were nobody's
      #expect(pool.status == PoolStatus(connections: 3, idle: 3, busy: 0, waiting: 0, lastError: nil))
    }
  }

  @Test func `whoever waits is told of the process that has answered, and since when it has waited`() async throws {
    try await withPool { pool in
      try await whileStopped(pool) { stopped in
        let waits = Waits()
        _ = try await Waits.$ofTask.withValue(waits) {
          try await pool.session().value("SELECT \(1)", as: Int.self)
        }
        #expect(waits.server != stopped && waits.server != 0)
        #expect(waits.queued < Hedging.patience && waits.answered >= Hedging.patience)
      }
      await wait { pool.status.idle == 3 }
    }
  }

  @Test func `lookups are answered as well, each once`() async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE TABLE t AS SELECT g AS id FROM generate_series(1, 100) g")
      let byID = Lookup<Int32, One<Int32>>("id") { "SELECT id FROM t WHERE id = ANY(\($0))" }
      try await whileStopped(pool) { _ in
        let wrong = await countWrong(100) { number in
          try await pool.session().find(Int32(number), by: byID)?.value == (number == 0 ? nil : Int32(number))
        }
        #expect(wrong == 0)
      }
      await wait { pool.status.idle == 3 }
    }
  }

  @Test func `an error of the read itself is an answer, too`() async throws {
    try await withPool { pool in
      try await whileStopped(pool) { _ in
        let error = await #expect(throws: DatabaseError.self) { try await pool.session().execute("SELECT 1 / \(0)") }
        #expect(error?.sqlState == .divisionByZero)
      }
      await wait { pool.status.idle == 3 }
    }
  }

  @Test func `a hedge whose connection is lost leaves the read to another one`() async throws {
    try await withPool { pool in
      let others = try await pool.session().value(
        "SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()",
        as: [Int32].self)
      try await whileStopped(pool) { _ in
        for process in others ?? [] { _ = Glibc.kill(process, SIGSTOP) }
        let read = start(pool, "SELECT \(7)")
        await wait { pool.status.busy == 2 }
        for process in others ?? [] { for signal in [SIGTERM, SIGCONT] { _ = Glibc.kill(process, signal) } }
        let rows = try await read.value
        #expect(rows == 1)
      }
    }
  }

  enum Unhedged: CaseIterable {
    case drawing, inserting, inTransaction, large

    /// A statement that goes to the same connection.
    var like: SQL {
      switch self {
      case .drawing, .large: HedgedReadTests.process
      case .inserting, .inTransaction: HedgedReadTests.process.writing
      }
    }

    @LoopActor func run(_ session: Session) async throws -> Int? {
      switch self {
      case .drawing: try await session.value("SELECT nextval('s')", as: Int.self)
      case .inserting: try await session.execute("INSERT INTO t VALUES (1)")
      case .inTransaction: try await session.transaction { try await $0.value("SELECT \(1)", as: Int.self) }
      case .large: try await session.value(("SELECT \(1)" as SQL).large, as: Int.self)
      }
    }
  }

  @Test(arguments: Unhedged.allCases)
  func `what changes something, is large or belongs to a transaction is sent once`(_ kind: Unhedged) async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE TABLE t (n int)")
      try await pool.session().execute("CREATE SEQUENCE s")
      let task = try await whileStopped(pool, like: kind.like) { _ in
        let task = Task { try await kind.run(pool.session()) }
        await wait { pool.status.busy == 1 }
        await EventLoop.main.sleep(for: .milliseconds(100))
        #expect(pool.status.busy == 1)
        return task
      }
      let value = try await task.value
      #expect(value == 1)
      let drawn = try await pool.session().value("SELECT last_value FROM s", as: Int.self)
      let rows = try await pool.session().value("SELECT count(*) FROM t", as: Int.self)
      #expect((drawn, rows) == (1, kind == .inserting ? 1 : 0))
    }
  }

  @Test func `the connection is found out by the watchdog, as any that is silent`() async throws {
    try await withPool({ configuration, _ in configuration.statementTimeout = .seconds(3) }) { pool in
      try await whileStopped(pool) { process in
        let value = try await pool.session().value("SELECT 1", as: Int.self)
        #expect(value == 1)
        await wait { pool.status.busy == 0 && pool.status.connections == 3 }
        let processes = try await pool.session().value(
          "SELECT array_agg(pid) FROM pg_stat_activity WHERE datname = current_database()", as: [Int32].self)
        #expect(processes?.count == 4 && processes?.contains(process) == true)  // it does not know yet
      }
    }
  }
}
