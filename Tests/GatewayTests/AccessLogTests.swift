import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import FastCGI
@testable import Gateway
@testable import WebAPI

struct AccessLogTests {
  private static let api = API(
    title: "Test", version: "1",
    [
      Operation(.get, "/users/{id}", "read_user", Inputs(Path<Int32>("id")), returns: NoContent.self, status: 200) {
        id in
        if id == 0 { throw HTTPError(503, "away") }
        if id == 1 { await EventLoop.main.sleep(for: .milliseconds(600)) }
        return NoContent()
      },
      Operation(healthCheck: "/livez") {},
      Operation(healthCheck: "/readyz") { throw HTTPError.unavailable("no") },
    ],
    security: HTTPBearer { token in
      switch token {
      case "r": .valid(Caller(name: "reader-1", role: .reader))
      case "e": .expired
      default: .unknown
      }
    })

  /// What is told of requests that are answered one after the other, each with a task's waits.
  private func told(
    _ level: AccessLog.Level, _ requests: [[(String, String)]], limit: Duration = .milliseconds(500),
    waiting: Duration = .zero
  ) async throws -> [AccessRecord] {
    let lists = requests.map(Self.list)
    return try await onLoop {
      var records: [AccessRecord] = []
      let log = AccessLog(level, limit: limit) { records.append($0) }
      let respond = gateway(to: Self.api, rootPath: "", log: log)
      for list in lists {
        await Waits.$ofTask.withValue(Waits()) {
          _ = await respond(FastCGI.Request(environment: list, body: Array("12345".utf8)))
        }
      }
      if waiting > .zero { await EventLoop.main.sleep(for: waiting) }
      return records
    }
  }

  private static func list(_ parameters: [(String, String)]) -> ParameterList {
    Records.stream(4, parameters.flatMap { Records.pair($0.0, $0.1) }).withUnsafeBytes { ParameterList(records: $0) }
  }

  private static func get(_ target: String, _ more: (String, String)...) -> [(String, String)] {
    [("REQUEST_METHOD", "GET"), ("REQUEST_URI", target), ("HTTP_AUTHORIZATION", "Bearer r")] + more
  }

  private static let mixture = [
    get("/users/7"), get("/users/0"), get("/users/1"), get("/nothing"), get("/livez"), get("/readyz"),
  ]

  @Test(arguments: [
    (AccessLog.Level.off, []), (.errors, ["/users/0", "/readyz"]), (.slow, ["/users/0", "/users/1", "/readyz"]),
    (.all, ["/users/7", "/users/0", "/users/1", "/nothing", "/readyz"]),
  ])
  func `each level tells of its requests, and none of a health check that is well`(
    level: AccessLog.Level, paths: [String]
  ) async throws {
    #expect(try await told(level, Self.mixture).map(\.path) == paths)
  }

  @Test func `what comes again within a second is counted, each kind for itself`() async throws {
    let requests = [
      Array(repeating: Self.get("/users/0"), count: 1000), [Self.get("/readyz"), Self.get("/readyz")],
      [[("REQUEST_METHOD", "HEAD")] + Self.get("/users/0").dropFirst()],
    ]
    let records = try await told(.errors, requests.flatMap { $0 }, waiting: .milliseconds(1200))
    #expect(records.map(\.count) == [1, 1, 1, 999, 1])
    #expect(records.map(\.route) == ["/users/{id}", "/readyz", "/users/{id}", "/users/{id}", "/readyz"])
    #expect(records.map(\.method) == ["GET", "GET", "HEAD", "GET", "GET"])
  }

  @Test func `where all are told of, none is counted`() async throws {
    #expect(try await told(.all, Array(repeating: Self.get("/users/0"), count: 50)).count == 50)
  }

  @Test func `a record has what is known of the request`() async throws {
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    let records = try await told(
      .all,
      [
        Self.get(
          "/users/7?secret=1", ("REQUEST_ID", "id-1"), ("HTTP_X_REQUEST_ID", "id-2"), ("REMOTE_ADDR", "192.0.2.1"),
          ("HTTP_TRACEPARENT", "00-\(trace)-00f067aa0ba902b7-01"))
      ])
    let record = try #require(records.first)
    #expect((record.id, record.trace, record.key, record.peer) == ("id-1", trace, "reader-1", "192.0.2.1"))
    #expect((record.method, record.route, record.path, record.status) == ("GET", "/users/{id}", "/users/7", 200))
    #expect((record.bytesIn, record.bytesOut, record.count, record.isAborted) == (5, 0, 1, false))
    #expect(record.database == nil && record.backend == nil)
    #expect((0..<1_000_000_000).contains(try #require(record.nanoseconds)))
  }

  @Test(arguments: [
    ([("REQUEST_ID", "a b"), ("HTTP_X_REQUEST_ID", "id-2")], "id-2"), ([("HTTP_X_REQUEST_ID", "id-2")], "id-2"),
    ([("HTTP_X_REQUEST_ID", "x\nlevel=error")], nil), ([], nil),
  ])
  func `the id is the web server's, else the client's, else a new one`(
    parameters: [(String, String)], id: String?
  ) async throws {
    let records = try await told(.all, [Self.get("/users/7") + parameters])
    let known = try #require(records.first?.id)
    #expect(id == nil ? known.wholeMatch(of: /[0-9a-f]{32}/) != nil : known == id)
  }

  @Test func `words are bounded, and a path has no space and no control`() async throws {
    let requests = [
      [("REQUEST_METHOD", "BREW"), ("REQUEST_URI", "/x%20status=200%0A%C3%A9"), ("REMOTE_ADDR", "a b")],
      [("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/api/users/7"), ("SCRIPT_NAME", "/api")],
    ]
    let records = try await told(.all, requests)
    #expect(records.map(\.method) == ["_OTHER", "GET"])
    #expect(records.map(\.route) == ["unmatched", "/users/{id}"])
    #expect(records.map(\.path) == ["/x%20status=200%0A%C3%A9", "/api/users/7"])
    #expect(records.map(\.peer) == [nil, nil])
    #expect(records.map(\.status) == [400, 401])
    #expect(records.map(\.key) == [nil, nil])
  }

  @Test(arguments: [("Bearer r", "reader-1"), ("Bearer e", nil), ("Bearer x", nil), ("Basic r", nil)])
  func `a key has a name where it is valid, may it do what it was used for or not`(
    authorization: String, name: String?
  ) async throws {
    let request = [("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/users/7"), ("HTTP_AUTHORIZATION", authorization)]
    #expect(try await told(.all, [request]).map(\.key) == [name])
  }

  @Test func `of a request that is refused unread there is what is there`() async throws {
    let list = Self.list([("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/users/7")])
    let records = try await onLoop {
      var records: [AccessRecord] = []
      let log = AccessLog(.errors, limit: .seconds(1)) { records.append($0) }
      for refusal in Refusal.allCases { log.noteRefused(FastCGI.Request(environment: list), refusal.response) }
      return records
    }
    #expect(records.map(\.status) == [503])
    #expect(records.map(\.route) == ["unmatched"])
    #expect(records.map(\.path) == ["/users/7"])
    #expect(records.map(\.nanoseconds) == [nil])
  }

  @Test(arguments: [(AccessLog.Level.off, 0), (.errors, 1), (.slow, 1), (.all, 1)])
  func `a request whose client has gone is told of, whatever it would have been answered`(
    level: AccessLog.Level, count: Int
  ) async throws {
    let lists = ["/users/7", "/livez"].map { Self.list(Self.get($0)) }
    let records = try await onLoop {
      var records: [AccessRecord] = []
      let respond = gateway(to: Self.api, log: AccessLog(level, limit: .seconds(1)) { records.append($0) })
      for list in lists {
        let task = Task { _ = await respond(FastCGI.Request(environment: list)) }
        task.cancel()
        await task.value
      }
      return records
    }
    #expect(records.map(\.path) == Array(repeating: "/users/7", count: count))
    #expect(records.allSatisfy { $0.isAborted && $0.status == 200 })
  }

  @Test(arguments: [(AccessLog.Level.all, true), (.all, false), (.errors, true), (.errors, false), (.off, false)])
  func `an answer that streams is told of when it has ended, with all its bytes`(
    level: AccessLog.Level, isTaken: Bool
  ) async throws {
    let pieces = API(
      title: "Test", version: "1",
      [
        Operation(.get, "/p", "p", Inputs(), returns: Pieces.self) { Pieces() }
      ])
    let list = Self.list([("REQUEST_URI", "/p")])
    let records = try await onLoop {
      var records: [AccessRecord] = []
      let log = AccessLog(level, limit: .seconds(1)) { records.append($0) }
      let response = await gateway(to: pieces, log: log)(FastCGI.Request(environment: list))
      let rest = try #require(response.rest)
      #expect(records.isEmpty)
      _ = try await rest.next()
      if isTaken { while try await rest.next() != nil {} }
      await rest.ended(isTaken ? .taken : .abandoned)
      return records
    }
    let isTold = level == .all || level == .errors && !isTaken
    #expect(records.map(\.bytesOut) == (isTold ? [isTaken ? 10 : 6] : []))
    #expect(records.map(\.isAborted) == (isTold ? [!isTaken] : []))
  }
}

/// 2 bytes, then two times 4.
private struct Pieces: ResponseBody {
  static func document(title: String) -> JSONValue? { nil }
  static let schemas: [SchemaDocument] = []

  func response(status: Int) -> WebAPI.Response {
    let left = Mutex(2)
    return WebAPI.Response(
      status: status, body: [1, 2],
      rest: WebAPI.Response.Rest({
        left.withLock { left in
          left -= 1
          return left >= 0 ? [1, 2, 3, 4] : nil
        }
      }))
  }
}
