import APITesting
import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

/// Through PgBouncer, as it comes: neither settings of its own for us nor options of ours for it.
@Suite(.ownThread) struct PoolerTests {
  private static let modes = ["session", "transaction"]

  /// Runs `body` on a pool that reaches a new database through PgBouncer, and with the pooler.
  private func through<Result: Sendable>(
    _ mode: String, _ settings: [String] = [],
    _ change: @escaping @Sendable (inout DatabaseConfiguration, inout PoolOptions) -> Void = { _, _ in },
    _ body: @escaping @LoopActor @Sendable (Pool, PgBouncer, String) async throws -> Result
  ) async throws -> Result {
    let cluster = try await PostgreSQLCluster.shared()
    let name = try cluster.makeDatabase()
    let pooler = try PgBouncer(before: cluster, mode: mode, settings: settings)
    return try await withPool(at: pooler.url(name), change) { pool in
      await wait { pool.status.connections == pool.options.size }
      return try await body(pool, pooler, name)
    }
  }

  @Test(arguments: modes) func `statements and transactions run, many at once`(_ mode: String) async throws {
    try await through(mode, ["default_pool_size=2"]) { pool, _, _ in
      try await pool.session().execute("CREATE TABLE t (n int)")
      let tasks = (0..<200).map { number in
        Task {
          if number % 4 == 0 {
            return try await pool.session().transaction { session in
              try await session.execute("INSERT INTO t VALUES (\(number))")
            }
          }
          if number % 4 == 1 { return try await pool.session().execute("INSERT INTO t VALUES (\(number))") }
          return try await pool.session().value("SELECT \(number)", as: Int.self) == number ? 1 : 0
        }
      }
      var sum = 0
      for task in tasks { sum += try await task.value }
      let count = try await pool.session().value("SELECT count(DISTINCT n) FROM t", as: Int.self)
      #expect((sum, count) == (200, 100))
    }
  }

  @Test func `what the pooler refuses at the start is told with the line that lets it through`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let pooler = try PgBouncer(before: cluster, mode: "session")
    let url = pooler.url("postgres") + "&options=-c%20geqo%3Doff"
    try await withPool(at: url, { $1.timeout = .seconds(1) }) { pool in
      await wait { pool.status.lastError != nil }
      #expect(pool.status.lastError?.contains("pgbouncer.ini: ignore_startup_parameters = options)") == true)
    }
  }

  @Test(arguments: modes) func `settings hold in each transaction, and stay with nobody else`(_ mode: String)
    async throws
  {
    try await through(mode, [], { configuration, _ in configuration.statementTimeout = .seconds(10) }) {
      pool, pooler, name in
      let text = try await pool.session().value("SELECT current_setting('statement_timeout')", as: String.self)
      let inside = try await pool.session().transaction { session in
        _ = try await session.value("SELECT 1", as: Int.self)
        return try await session.value("SELECT current_setting('statement_timeout')", as: String.self)
      }
      #expect((text, inside) == ("9500ms", "9500ms"))
      var others = try DatabaseConfiguration(url: pooler.url(name))
      others.statementTimeout = .zero
      let other = Pool(others, pool.options, logger: pool.logger)
      let theirs = try await other.whileStarted {
        try await other.session().value("SELECT current_setting('statement_timeout')", as: String.self)
      }
      #expect(theirs == "0")
    }
  }

  /// Another client of the pooler has left its own statement under our name, or taken ours away.
  @Test(arguments: ["PREPARE", "DEALLOCATE"]) func `names that come and go do no harm`(_ doing: String) async throws {
    try await through("transaction", ["default_pool_size=1"], { $1.size = 1 }) { pool, _, _ in
      let sql: SQL = "SELECT \(7)"
      let name = Statement.name(sql.text, sql.parameterTypes.map(\.oid))
      if doing == "DEALLOCATE" {
        for _ in 0..<2 { _ = try await pool.session().value("SELECT \(7)", as: Int.self) }
        try await pool.session().execute(("DEALLOCATE ALL" as SQL).writing)
      } else {
        try await pool.session().execute(("PREPARE \(identifier: name) (bigint) AS SELECT $1" as SQL).writing)
      }
      for number in 1...5 {
        let value = try await pool.session().value("SELECT \(number)", as: Int.self)
        #expect(value == number)
      }
    }
  }

  @Test(arguments: modes) func `a write that the pooler breaks off is unknown, whatever it says`(_ mode: String)
    async throws
  {
    try await through(mode, ["query_timeout=1"], { $1.size = 1 }) { pool, _, _ in
      try await pool.session().execute("CREATE TABLE t (n int)")
      await #expect { try await start(pool, "INSERT INTO t SELECT 1 FROM pg_sleep(3)").value } throws: {
        if case DatabaseError.outcomeUnknown = $0 { true } else { false }
      }
    }
  }

  @Test(arguments: modes) func `a write in flight is unknown when the pooler is told to end it`(_ mode: String)
    async throws
  {
    try await through(mode, [], { $1.size = 1 }) { pool, pooler, name in
      try await pool.session().execute("CREATE TABLE t (n int)")
      let write = start(pool, "INSERT INTO t SELECT 1 FROM pg_sleep(30)")
      let behind = start(pool, ("INSERT INTO t VALUES (2)" as SQL).writing)
      await wait { pool.status.busy == 1 }
      await EventLoop.main.sleep(for: .milliseconds(200))
      try await Task.detached { try pooler.order("KILL \(name)") }.value
      for task in [write, behind] {
        await #expect { try await task.value } throws: {
          if case DatabaseError.outcomeUnknown = $0 { true } else { false }
        }
      }
      try await Task.detached { try pooler.order("RESUME \(name)") }.value
      let count = try await pool.session().value("SELECT count(*) FROM t WHERE n = 2", as: Int.self)
      #expect(count == 0 || count == 1)
    }
  }

  /// PostgreSQL 15 itself sends records of 8 KiB; newer ones, and proxies, fill them. libpq takes less at once, and what OpenSSL
  /// holds back does not show on the socket.
  @Test func `answers in large records of TLS are read to their end`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    try ChildProcess.run([
      "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout",
      "\(folder)/key", "-out", "\(folder)/certificate",
    ])
    try ChildProcess.run(["chmod", "-R", "a+rX", folder])
    let cluster = try await PostgreSQLCluster.shared()
    let port = try freePort()
    let pooler = try PgBouncer(
      before: cluster, mode: "session",
      settings: [
        "client_tls_sslmode = require", "client_tls_key_file = \(folder)/key", "pkt_buf = 65536",
        "client_tls_cert_file = \(folder)/certificate", "listen_addr = 127.0.0.1", "listen_port = \(port)",
      ])
    let url = "postgresql://postgres@127.0.0.1:\(port)/postgres?sslmode=require"
    try await withPool(
      at: url,
      { configuration, options in
        (configuration.statementTimeout, options.size) = (.seconds(5), 1)
      }
    ) { pool in
      for length in stride(from: 1000, to: 200_000, by: 7001) {
        let text = String(repeating: "x", count: length)
        let value = try await pool.session().value("SELECT \(text)", as: String.self)
        #expect(value?.utf8.count == length)
      }
      #expect(pool.peer?.tls?.hasPrefix("TLS") == true)
    }
    withExtendedLifetime(pooler) {}
  }
}
