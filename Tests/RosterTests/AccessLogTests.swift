import Glibc
import TestSupport
import Testing
import WebAPI

@testable import roster

/// The lines of requests, from the program with PostgreSQL behind it.
@Suite(.ownThread) struct AccessLogTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"

  /// What a service with one worker has logged of these requests when it has ended, as objects, lines of requests only. `table` is
  /// made first.
  private func lines(
    _ arguments: [String], _ requests: [(method: String, target: String, body: String)], sql: String? = nil
  ) async throws -> [JSONValue] {
    let cluster = try await PostgreSQLCluster.shared()
    let database = cluster.url(try cluster.makeDatabase())
    let roster = try RunningProgram(["--workers", "1", "--log-format", "json"] + arguments, database: database)
    _ = try Poll.until { try roster.ask("GET", "/readyz").head.hasPrefix("Status: 200") ? true : nil }
    if let sql { try cluster.run("psql", "-qc", sql, database) }
    for (number, (method, target, body)) in requests.enumerated() {
      let client = try roster.connect()
      let parameters = [
        ("REQUEST_METHOD", method), ("REQUEST_URI", target), ("CONTENT_TYPE", "application/json"),
        ("CONTENT_LENGTH", "\(body.utf8.count)"), ("REQUEST_ID", "request-\(number)"),
        ("HTTP_TRACEPARENT", "00-\(Self.trace)-00f067aa0ba902b7-01"), ("REMOTE_ADDR", "192.0.2.7"),
      ]
      client.send(Records.request(parameters, body: Array(body.utf8), keep: false))
      #expect(try client.answer().status == 0)
    }
    usleep(1_100_000)  // what has gathered is told
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    return try roster.log.split(separator: "\n").map { try JSONParser.parse(Array($0.utf8)) }
      .filter { $0["msg"] == .string("request") }
  }

  private static let broken = "ALTER TABLE users RENAME TO gone"
  private static let user = #"{"name":"Ada","email":"ada@example.com"}"#

  private static let mixture: [(method: String, target: String, body: String)] = [
    ("POST", "/users/", user), ("GET", "/users/1?x=y", ""), ("HEAD", "/users/1", ""), ("GET", "/users/x", ""),
    ("GET", "/no%20thing", ""), ("GET", "/livez", ""),
  ]

  @Test func `all has one line for each, with every name`() async throws {
    let lines = try await lines(["--access-log", "all"], Self.mixture)
    #expect(lines.map { $0["request_id"] } == (0..<5).map { .string("request-\($0)") })
    #expect(lines.map { $0["status"]?.text } == ["200", "200", "200", "422", "404"])
    #expect(
      lines.map { $0["route"] } == [
        "/users/", "/users/{user_id}", "/users/{user_id}", "/users/{user_id}", "unmatched",
      ])
    #expect(lines.map { $0["path"] } == ["/users/", "/users/1", "/users/1", "/users/x", "/no%20thing"])
    #expect(lines.map { $0["method"] } == ["POST", "GET", "HEAD", "GET", "GET"])
    for line in lines {
      #expect(line["trace_id"] == .string(Self.trace))
      #expect(line["peer"] == "192.0.2.7")
      #expect(line["worker"]?.text == "1" && line["level"] == "info")
      #expect(line["duration_ms"] != nil && line["bytes_in"] != nil && line["bytes_out"] != nil)
      #expect(line["key"] == nil && line["repeated"] == nil && line["aborted"] == nil)
    }
    #expect(lines.map { $0["bytes_in"]?.text } == ["\(Self.user.utf8.count)", "0", "0", "0", "0"])
    #expect(lines[2]["bytes_out"]?.text == "0" && lines[1]["bytes_out"]?.text != "0")
    // Only the first three have asked the database.
    #expect(
      lines.map { $0["backend"] != nil && $0["db_ms"] != nil && $0["queue_ms"] != nil } == [
        true, true, true, false, false,
      ])
  }

  @Test func `errors has those that fail, once a second with their number`() async throws {
    let requests = Self.mixture.dropFirst() + Array(repeating: ("GET", "/users/1", ""), count: 20)
    let lines = try await lines([], Array(requests), sql: Self.broken)
    // The two and those of HEAD are three kinds; what followed within the second is one line for each.
    let others = lines.filter {
      $0["level"] != "warning" || $0["status"]?.text?.first != "5" || $0["backend"] == nil
    }
    #expect(others.isEmpty, "\(others)")
    let gets = lines.filter { $0["method"] == "GET" }
    #expect(gets.first?["repeated"] == nil)
    #expect(gets.reduce(0) { $0 + (Int($1["repeated"]?.text ?? "1") ?? 0) } == 21)
    #expect(gets.count <= 6)
    #expect(lines.contains { $0["method"] == "HEAD" })
  }

  @Test func `slow has those that take long as well, with the time that the database took`() async throws {
    let slow = """
      CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.4); RETURN NEW; END';
      CREATE TRIGGER wait BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION wait()
      """
    let lines = try await lines(["--access-log", "slow", "--slow-request", "0.3"], Self.mixture, sql: slow)
    #expect(lines.map { $0["request_id"] } == ["request-0"])
    let line = try #require(lines.first)
    #expect(line["level"] == "warning")
    #expect((400..<20_000).contains(try #require(line["db_ms"]?.text.flatMap { Double($0) })))
    #expect(try #require(line["duration_ms"]?.text.flatMap { Double($0) }) >= 400)
  }

  @Test func `off has none`() async throws {
    #expect(try await lines(["--access-log", "off"], Self.mixture, sql: Self.broken).isEmpty)
  }

  @Test func `behind nginx a request has nginx's id, and its client's trace`() throws {
    let stack = try Stack(["ROSTER_ACCESS_LOG=all", "ROSTER_LOG_FORMAT=logfmt"])
    let headers = ["X-Request-Id: mine", "Request-Id: mine", "traceparent: 00-\(Self.trace)-00f067aa0ba902b7-01"]
    try ChildProcess.run(
      ["curl", "-sSf", "-o", "/dev/null"] + headers.flatMap { ["-H", $0] } + ["http://localhost:\(stack.port)/users/"]
    )
    let line = try Poll.until {
      // What has no end yet is still being written.
      let log = contents(of: "\(stack.folder)/state/log/roster.log")
      return log.split(separator: "\n", omittingEmptySubsequences: false).dropLast().first {
        $0.contains(" trace_id=\(Self.trace) ")
      }
    }
    #expect(line.firstMatch(of: /\ msg=request .*request_id=[0-9a-f]{32}\ trace_id=/) != nil, "\(line)")
    #expect(line.contains(" route=/users/ ") && line.contains(" backend="), "\(line)")
    #expect(!line.contains("mine"), "\(line)")
  }

  @Test func `a key is told by its name`() async throws {
    let file = try KeyFileOnDisk()
    let key = try file.add("ci-deploy", "reader")
    let roster = try RunningProgram(
      ["--access-log", "all", "--log-format", "logfmt", "--api-keys", file.path],
      database: "postgresql:///r?host=/nowhere")
    _ = try roster.ask("GET", "/users/1", key: key)
    _ = try roster.ask("POST", "/users/", "{}", key: key)
    _ = try roster.ask("GET", "/users/1", key: "unknown")
    #expect(try roster.count(" msg=request ", atLeast: 3) == 3)
    let lines = roster.log.split(separator: "\n").filter { $0.contains(" msg=request ") }
    #expect(lines.map { $0.contains(" key=ci-deploy") } == [true, true, false])
    #expect(lines.map { $0.firstMatch(of: /status=([0-9]+)/).map { String($0.1) } } == ["503", "403", "401"])
    #expect(!roster.log.contains(key))
  }
}

extension JSONValue {
  /// Of a string its text, of a number its digits.
  fileprivate var text: String? {
    switch self {
    case .string(let text): text
    case .integer(let number): "\(number)"
    case .number(let number): "\(number)"
    default: nil
    }
  }
}
