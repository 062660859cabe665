import Glibc
import TestSupport
import Testing

/// The program by itself, as a launcher or a sysadmin meets it; PostgreSQL behind it, no web server before it.
@Suite(.ownThread) struct ServeTests {
  /// The address of a new, empty database.
  func database() async throws -> String {
    let cluster = try await PostgreSQLCluster.shared()
    return cluster.url(try cluster.makeDatabase())
  }

  func sql(_ text: String, on database: String) throws {
    try ChildProcess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-c", text, database])
  }

  @Test func `several workers that start at once on an empty database make one table and serve`() async throws {
    let roster = try RunningProgram(["--workers", "6"], database: try await database())
    let created = try roster.ask("POST", "/users/", #"{"email":"a@b.co","name":"A"}"#)
    #expect(created.text.contains(#""id":1,"#))
    for _ in 0..<30 { #expect(try roster.ask("GET", "/users/1").text == created.text) }
    let troubles = roster.log.split(separator: "\n").filter { $0.contains(" error ") || $0.contains(" warning ") }
    // A machine busy with other tests may not connect in time, and says so; of tables there is nothing to say.
    #expect(troubles.filter { !$0.contains(" within ") } == [])
    #expect(try roster.count("has been made", atLeast: 1) == 1)
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    #expect(access(roster.socket, F_OK) != 0)
  }

  @Test func `a worker that dies is replaced, and the others serve meanwhile`() async throws {
    let roster = try RunningProgram(["--workers", "2"], database: try await database())
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    let before = try roster.workers(2)
    let start = ContinuousClock().now
    kill(before[0], SIGKILL)
    try Poll.until { try roster.workers.count == 2 && roster.workers != before ? true : nil }
    #expect(ContinuousClock().now - start < .seconds(1))
    for _ in 0..<20 { #expect(try roster.ask("GET", "/users/").text == "[]") }
    try Poll.until { roster.count("serving") == 3 ? true : nil }
    #expect(try roster.says("has ended by signal 9 and is replaced"))
  }

  @Test func `workers end with their supervisor`() async throws {
    let roster = try RunningProgram(["--workers", "2"], database: try await database())
    #expect(try roster.ask("GET", "/users/").text == "[]")
    let workers = try Poll.until { try roster.workers.count == 2 ? roster.workers : nil }
    try roster.signal(SIGKILL)
    #expect(roster.wait() == 128 + SIGKILL)
    for worker in workers { try Poll.until { kill(worker, 0) != 0 ? true : nil } }
  }

  @Test func `a socket in use is refused, one left behind is replaced`() async throws {
    let database = try await database()
    let first = try RunningProgram(database: database)
    #expect(try first.ask("GET", "/users/").text == "[]")
    let second = try Program.run(["serve", "--listen", "unix:\(first.socket)"], ["DATABASE_URL=\(database)"])
    #expect(second.status == 69)
    #expect(second.output.contains("another process listens there"))
    #expect(try first.ask("GET", "/users/").text == "[]")
    try first.signal(SIGKILL)
    #expect(first.wait() == 128 + SIGKILL)
    #expect(access(first.socket, F_OK) == 0)
    let third = try RunningProgram(["--listen", "unix:\(first.socket)"], database: database)
    let client = try Poll.until { try? FastCGIClient(unix: first.socket) }
    client.send(RunningProgram.request("GET", "/users/"))
    #expect(try client.answer().text == "[]")
    #expect(!third.log.contains("error"))
  }

  @Test func `a database that is away is waited for, with 503 and Retry-After meanwhile`() async throws {
    let cluster = try PostgreSQLCluster()
    let database = cluster.url(try cluster.makeDatabase())
    try cluster.stop()
    let roster = try RunningProgram(database: database)
    let answer = try roster.ask("GET", "/users/")
    #expect(answer.head.hasPrefix("Status: 503 Service Unavailable"))
    #expect(answer.head.contains("Retry-After: 1"))
    #expect(answer.text == #"{"detail":"Service Unavailable"}"#)
    #expect(try roster.ask("GET", "/livez").text == #"{"status":"ok"}"#)
    #expect(try roster.ask("GET", "/readyz").head.hasPrefix("Status: 503"))
    try cluster.start()
    try Poll.until { try roster.ask("GET", "/users/").text == "[]" ? true : nil }
    #expect(try roster.ask("GET", "/readyz").text == #"{"status":"ok"}"#)
    #expect(try roster.says("the database can be used now"))
  }

  @Test func `a table made by the reference is taken over as it is`() async throws {
    let database = try await database()
    try sql(
      """
      CREATE TABLE users (id SERIAL NOT NULL, email VARCHAR NOT NULL, name VARCHAR NOT NULL, \
      created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL, PRIMARY KEY (id)); \
      CREATE UNIQUE INDEX ix_users_email ON users (email); CREATE INDEX ix_users_id ON users (id); \
      INSERT INTO users (email, name) VALUES ('not an address', 'Old')
      """, on: database)
    let roster = try RunningProgram(database: database)
    #expect(try roster.ask("GET", "/users/1").text.hasPrefix(#"{"email":"not an address","name":"Old","id":1,"#))
    #expect(try roster.ask("POST", "/users/", #"{"email":"a@b.co","name":"A"}"#).text.contains(#""id":2,"#))
    #expect(try roster.ask("DELETE", "/users/1").head.hasPrefix("Status: 204"))
  }

  @Test func `a table of another kind stops the service with a clear message`() async throws {
    let database = try await database()
    try sql("CREATE TABLE users (id bigint PRIMARY KEY, email text, name text, created_at timestamp)", on: database)
    let roster = try RunningProgram(["--workers", "2"], database: database)
    #expect(roster.wait() == 78)
    #expect(try roster.says("the database does not fit this program: create user, read user, list users"))
    #expect(try roster.says("column 4 (created_at): expected Timestamp, got timestamp without time zone"))
    let check = try Program.run(["check"], ["DATABASE_URL=\(database)"])
    #expect(check.status == 78)
  }

  @Test func `a table that lacks a column stops the service as well`() async throws {
    let database = try await database()
    try sql("CREATE TABLE users (id integer PRIMARY KEY)", on: database)
    let roster = try RunningProgram(database: database)
    #expect(roster.wait() == 78)
    #expect(try roster.says("create user: column \"email\""))
  }

  @Test func `a database that may only be read is read, and written to as soon as that is over`() async throws {
    let database = try await database()
    #expect(try Program.run(["init-db"], ["DATABASE_URL=\(database)"]).status == 0)
    let change = "EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = '"
    try sql("DO $$ BEGIN \(change) || 'on', current_database()); END $$", on: database)
    let roster = try RunningProgram(database: database)
    #expect(try roster.ask("GET", "/users/").text == "[]")
    let user = #"{"email":"a@b.co","name":"A"}"#
    #expect(try roster.ask("POST", "/users/", user).head.hasPrefix("Status: 503"))
    try sql("SET TRANSACTION READ WRITE; DO $$ BEGIN \(change) || 'off', current_database()); END $$", on: database)
    let others = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    try sql("SELECT pg_terminate_backend(pid) FROM \(others)", on: database)
    try Poll.until { try roster.ask("POST", "/users/", user).head.hasPrefix("Status: 200") ? true : nil }
  }

  @Test func `a database that no longer fits when a worker is replaced does not stop those that serve`() async throws
  {
    let database = try await database()
    let roster = try RunningProgram(["--workers", "2"], database: database)
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    let workers = try roster.workers(2)
    try sql("ALTER TABLE users ALTER created_at TYPE timestamp", on: database)
    kill(workers[0], SIGKILL)
    try Poll.until { roster.count("has ended with status 78 and is replaced") == 2 ? true : nil }
    #expect(try roster.ask("GET", "/users/x").head.hasPrefix("Status: 422"))
    try sql("ALTER TABLE users ALTER created_at TYPE timestamptz", on: database)
    try Poll.until { roster.count("serving") == 3 ? true : nil }
    #expect(try roster.workers(2).contains(workers[1]))
  }

  @Test func `descriptor 0 may be the socket, as spawn-fcgi and systemd hand it over`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let listener = try UnixListener("\(folder)/s")
    let child = try ChildProcess.start(
      ["env", "DATABASE_URL=\(try await database())", Program.path, "serve"], input: listener.descriptor,
      log: "\(folder)/log")
    withExtendedLifetime(listener) {}
    let client = try FastCGIClient(unix: "\(folder)/s")
    client.send(RunningProgram.request("GET", "/users/"))
    #expect(try client.answer().text == "[]")
    kill(child.id, SIGTERM)
    #expect(child.wait() == 0)
    #expect(access("\(folder)/s", F_OK) == 0, "the socket belongs to whoever made it")
  }

  @Test(arguments: [("127.0.0.1", true), ("127.0.0.2, ::1", false)])
  func `over TCP only FCGI_WEB_SERVER_ADDRS may connect`(addresses: String, isServed: Bool) async throws {
    let port = try freePort()
    let roster = try RunningProgram(
      ["--listen", "127.0.0.1:\(port)"], database: try await database(),
      environment: ["FCGI_WEB_SERVER_ADDRS=\(addresses)"])
    let client = try Poll.until { try? FastCGIClient(port: port) }
    client.send(RunningProgram.request("GET", "/users/"))
    #expect(try client.answer().text == (isServed ? "[]" : ""))
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }

  @Test func `started as a CGI program it answers one request`() async throws {
    let answer = try Program.run(
      ["serve"],
      [
        "DATABASE_URL=\(try await database())", "GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET",
        "REQUEST_URI=/users/", "ROSTER_LOG_LEVEL=critical",
      ])
    #expect(answer.status == 0)
    #expect(answer.output == "Status: 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]")
  }
}
