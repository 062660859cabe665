import Glibc
import TestSupport
import Testing

/// `make test-memcheck`: the program under valgrind, which finds what C libraries read or write beside their memory and
/// what nobody can free any more at the end.
@Suite(.ownThread, .enabled(if: getenv("MEMCHECK") != nil)) struct MemcheckTests {
  private static let valgrind = [
    "valgrind", "--leak-check=full", "--show-leak-kinds=definite", "--errors-for-leak-kinds=definite",
    "--error-exitcode=99", "--num-callers=40", "--suppressions=\(Program.project)/Tests/sanitizers/memcheck.supp",
  ]

  @Test func `hundreds of requests, errors and aborts leave nothing behind, and touch nothing that is not theirs`()
    async throws
  {
    let cluster = try await PostgreSQLCluster.shared()
    let database = cluster.url(try cluster.makeDatabase())
    // valgrind takes its time.
    let options = [
      "--max-body", "100000", "--pool-timeout", "120", "--pool-busy-timeout", "120", "--statement-timeout", "120",
    ]
    let roster = try RunningProgram(options, database: database, under: Self.valgrind)
    try Poll.until(within: .seconds(240)) { roster.log.contains("serving") ? true : nil }
    for round in 1...10 {
      try answers(roster, round)
      try aborts(roster)
      try violations(roster)
      try reconnect(roster, database)
    }
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0, "\(roster.log)")
    #expect(roster.log.contains("LEAK SUMMARY"), "\(roster.log)")
  }

  /// Ends the pool's connections; a read, which is repeated, returns once they have been found to be gone.
  private func reconnect(_ roster: RunningProgram, _ database: String) throws {
    let end = """
      SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
      WHERE pid <> pg_backend_pid() AND datname = current_database()
      """
    try ChildProcess.run(["psql", "-qX", "-c", end, database])
    #expect(try roster.ask("GET", "/users/").head.hasPrefix("Status: 200 "))
  }

  /// Requests on one connection, with the statuses of their answers.
  private func answers(_ roster: RunningProgram, _ round: Int) throws {
    let client = try roster.connect()
    @discardableResult
    func expect(_ status: Int, _ method: String, _ target: String, _ body: String = "") throws -> String {
      client.send(Self.request(method, target, body))
      let answer = try client.answer()
      #expect(answer.head.contains("Status: \(status) "), "\(method) \(target)")
      return answer.text
    }
    var user = ""
    for number in 1...8 {
      let body = #"{"email":"u\#(round)-\#(number)@example.com","name":"Zoë"}"#
      user = try expect(200, "POST", "/users/", body)
      try expect(400, "POST", "/users/", body)
      try expect(200, "GET", "/users/1")
      try expect(404, "GET", "/users/1000000")
    }
    let id = user.split(separator: #""id":"#).last?.prefix { $0.isNumber } ?? ""
    try expect(200, "GET", "/users/?skip=1&limit=100")
    try expect(200, "HEAD", "/users/")
    try expect(200, "PATCH", "/users/1", #"{"name":"\u00e9"}"#)
    try expect(200, "PUT", "/users/1", #"{"email":"zoë@bücher.example","name":"a"}"#)
    try expect(204, "DELETE", "/users/\(id)")
    try expect(404, "DELETE", "/users/\(id)")
    try expect(422, "GET", "/users/x?limit=%ff")
    try expect(422, "POST", "/users/", #"{"email":"a@b","name":7}"#)
    try expect(422, "POST", "/users/", "{")
    try expect(400, "POST", "/users/", String(repeating: "[", count: 50_000))
    try expect(413, "POST", "/users/", String(repeating: " ", count: 100_001))
    try expect(307, "GET", "/users/1/")
    try expect(404, "GET", "/nothing")
    try expect(405, "DELETE", "/users/")
  }

  private static func request(_ method: String, _ target: String, _ body: String) -> [UInt8] {
    let parameters = [
      ("REQUEST_METHOD", method), ("REQUEST_URI", target), ("CONTENT_TYPE", "application/json"),
      ("CONTENT_LENGTH", "\(body.utf8.count)"), ("HTTP_HOST", "localhost"),
    ]
    return Records.request(parameters, body: Array(body.utf8))
  }

  /// Web servers that give up on a request before it has arrived, and while it is under way.
  private func aborts(_ roster: RunningProgram) throws {
    let request = Self.request("GET", "/users/?limit=100", "")
    for length in stride(from: 1, to: request.count, by: 16) {
      let client = try roster.connect()
      client.send(Array(request.prefix(length)))
      client.hangUp()
    }
    let client = try roster.connect()
    client.send(Records.begin() + Records.record(2))
    #expect(try client.answer().status == 0)
    for _ in 0..<5 {
      client.send(request + Records.record(2))
      #expect(try client.answer().status == 0)
    }
    try roster.connect().send(request)
  }

  /// What ends a connection, and what is refused or answered without the application.
  private func violations(_ roster: RunningProgram) throws {
    for stream in [
      Array("GET / HTTP/1.1\r\n\r\n".utf8), Records.begin() + Records.begin(),
      Records.begin() + Records.stream(4, [UInt8](repeating: 0xFF, count: 9)),
    ] {
      let client = try roster.connect()
      client.send(stream)
      #expect(try client.ends())
    }
    let client = try roster.connect()
    client.send(Records.getValues(Array(repeating: "FCGI_MAX_CONNS", count: 100)) + Records.record(99, id: 0))
    #expect(try client.receive()?.type == 10)
    #expect(try client.receive()?.type == 11)
    client.send(Records.begin(role: 3))
    #expect(try client.answer().status == 3)
    client.send(Records.begin() + Records.stream(4, [UInt8](repeating: 0, count: 5000)) + Records.record(5))
    #expect(try client.answer().head.hasPrefix("Status: 431 "))
  }
}
