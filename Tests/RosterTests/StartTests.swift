import Glibc
import TestSupport
import Testing

/// A start, a reload, a replacement and a CGI request beside what others do with the table: they look, and nobody waits.
@Suite(.ownThread) struct StartTests {
  /// A session in psql that has begun something and does not end it.
  final class OpenSession {
    private let shell: ChildProcess
    private let pipeEnd: Int32

    /// Returns as soon as the server has done what `text` says.
    init(_ text: String, on database: String) throws {
      let folder = try makeTemporaryFolder()
      defer { try? ChildProcess.run(["rm", "-rf", folder]) }
      var ends: [Int32] = [0, 0]
      guard pipe(&ends) == 0 else { throw ChildProcess.Failure("pipe: \(errno)") }
      pipeEnd = ends[1]
      defer { close(ends[0]) }
      shell = try ChildProcess.start(
        ["psql", "-qXAt", "-v", "ON_ERROR_STOP=1", database], input: ends[0], log: "\(folder)/log")
      let script = Array("\(text);\n\\echo done\n".utf8)
      guard write(pipeEnd, script, script.count) == script.count else {
        throw ChildProcess.Failure("write: \(errno)")
      }
      try Poll.until { contents(of: "\(folder)/log").contains("done") ? true : nil }
    }

    func commit() throws {
      let text = Array("COMMIT;\n".utf8)
      guard write(pipeEnd, text, text.count) == text.count else { throw ChildProcess.Failure("write: \(errno)") }
    }

    deinit {
      close(pipeEnd)
      shell.wait()
    }
  }

  /// With few connections each, for many of these tests run at the same time.
  func serve(_ arguments: [String] = [], _ database: String) throws -> RunningProgram {
    try RunningProgram(arguments + ["--pool-size", "1"], database: database)
  }

  func emptyDatabase() async throws -> String {
    let cluster = try await PostgreSQLCluster.shared()
    return cluster.url(try cluster.makeDatabase())
  }

  func sql(_ text: String, on database: String) throws {
    try ChildProcess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-c", text, database])
  }

  /// A database with the table and one user in it.
  func database() async throws -> String {
    let database = try await emptyDatabase()
    #expect(try Program.run(["init-db"], ["DATABASE_URL=\(database)"]).status == 0)
    try sql("INSERT INTO users (email, name) VALUES ('zoe@b.co', 'Zoe')", on: database)
    return database
  }

  func cgi(_ method: String, _ target: String, _ database: String) throws -> String {
    try Program.run(
      ["serve"],
      [
        "DATABASE_URL=\(database)", "GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=\(method)",
        "REQUEST_URI=\(target)",
      ]
    ).output
  }

  private static let readable = [
    "BEGIN; UPDATE users SET name = name WHERE id = 1", "BEGIN; INSERT INTO users (email, name) VALUES ('x', 'x')",
    "BEGIN; LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE", "BEGIN; LOCK TABLE users IN EXCLUSIVE MODE",
    "BEGIN; LOCK TABLE users IN SHARE UPDATE EXCLUSIVE MODE",  // as VACUUM

    "BEGIN; CREATE INDEX ON users (name)", "BEGIN; SELECT * FROM users FOR UPDATE",
    "SELECT pg_advisory_lock(125779768604018)",
  ]

  @Test(arguments: readable)
  func `beside what somebody has begun with the table, workers start, are replaced and reloaded, and answer`(
    begun: String
  ) async throws {
    let database = try await database()
    let session = try OpenSession(begun, on: database)
    try withExtendedLifetime(session) {
      let roster = try serve(["--workers", "2"], database)
      #expect(try roster.ask("GET", "/users/1").text.contains("zoe@b.co"))
      try Poll.until { roster.count("serving") == 2 ? true : nil }
      kill(try roster.workers(2)[0], SIGKILL)
      try Poll.until { roster.count("serving") == 3 ? true : nil }
      try roster.signal(SIGHUP)
      try Poll.until { roster.count("reloaded") == 1 ? true : nil }
      #expect(try roster.ask("GET", "/users/1").text.contains("zoe@b.co"))
      #expect(try cgi("GET", "/users/1", database).contains("zoe@b.co"))
      #expect(roster.count("given up") == 0 && roster.count("cannot be used") == 0)
    }
  }

  @Test
  func `beside a table that is wholly locked, workers start and are reloaded, and find out later whether it fits`()
    async throws
  {
    let database = try await database()
    var session: OpenSession? = try OpenSession("BEGIN; LOCK TABLE users", on: database)
    #expect(session != nil)
    let roster = try serve(["--workers", "2"], database)
    #expect(try roster.ask("GET", "/readyz").text == #"{"status":"ok"}"#)
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("reloaded") == 1 ? true : nil }
    #expect(try roster.count("a table is locked; whether it fits is found out later", atLeast: 4) == 4)
    session = nil
    #expect(try roster.ask("GET", "/users/1").text.contains("zoe@b.co"))
    #expect(roster.count("given up") == 0)
  }

  @Test func `what is found out later, while requests are answered, is told and stops nothing`() async throws {
    let database = try await database()
    let session = try OpenSession("BEGIN; ALTER TABLE users ALTER created_at TYPE timestamp", on: database)
    let roster = try serve(["--workers", "1"], database)
    #expect(try roster.ask("GET", "/readyz").text == #"{"status":"ok"}"#)
    try session.commit()
    try Poll.until { roster.log.contains("the database does not fit this program") ? true : nil }
    #expect(try roster.ask("GET", "/livez").text == #"{"status":"ok"}"#)
    #expect(roster.count("has ended") == 0)
  }

  @Test func `others write while workers start beside an open transaction`() async throws {
    let database = try await database()
    let session = try OpenSession("BEGIN; UPDATE users SET name = name WHERE id = 1", on: database)
    try withExtendedLifetime(session) {
      let roster = try serve(["--workers", "4"], database)
      for number in 0..<20 {
        try sql(
          "SET statement_timeout = '1s'; INSERT INTO users (email, name) VALUES ('\(number)', 'x')", on: database)
      }
      #expect(try roster.ask("GET", "/users/1").text.contains("zoe@b.co"))
    }
  }

  @Test(arguments: [("CREATE INDEX CONCURRENTLY ON users (name)", true), ("CREATE INDEX ON users (name)", false)])
  func `workers start while an index is to be built that waits for somebody`(
    creation: String, letsWrite: Bool
  ) async throws {
    let database = try await database()
    let session = try OpenSession("BEGIN; UPDATE users SET name = name WHERE id = 1", on: database)
    let build = try ChildProcess.start(["psql", "-qX", "-c", creation, database])
    try withExtendedLifetime(session) {
      let waits = """
        SELECT 1/count(*) FROM pg_stat_activity
        WHERE wait_event_type = 'Lock' AND query LIKE 'CREATE INDEX%' AND datname = current_database()
        """
      try Poll.until { try? sql(waits, on: database) }
      let roster = try serve(["--workers", "2"], database)
      #expect(try roster.ask("GET", "/users/1").text.contains("zoe@b.co"))
      if letsWrite {
        #expect(try roster.ask("POST", "/users/", #"{"email":"a@b.co","name":"A"}"#).head.hasPrefix("Status: 200"))
      }
      try roster.signal(SIGHUP)
      try Poll.until { roster.count("reloaded") == 1 ? true : nil }
      #expect(roster.count("given up") == 0)
    }
    kill(build.id, SIGKILL)
    build.wait()
  }

  @Test(arguments: [
    "DROP INDEX ix_users_email; CREATE UNIQUE INDEX users_live ON users (email) WHERE deleted_at IS NULL",
    "DROP INDEX ix_users_email; CREATE UNIQUE INDEX u ON users (lower(email))", "DROP INDEX ix_users_email",
    "ALTER INDEX ix_users_email RENAME TO other",
  ])
  func `the indexes of a table that is there stay what they are`(change: String) async throws {
    let database = try await database()
    try sql("ALTER TABLE users ADD deleted_at timestamptz", on: database)
    try sql(change, on: database)
    let roster = try serve([], database)
    #expect(try roster.ask("POST", "/users/", #"{"email":"a@b.co","name":"A"}"#).head.hasPrefix("Status: 200"))
    #expect(try Program.run(["init-db"], ["DATABASE_URL=\(database)"]).status == 0)
    try sql("SELECT 1/(count(*) = 0)::int FROM pg_class WHERE relname = 'ix_users_email'", on: database)
  }
}
