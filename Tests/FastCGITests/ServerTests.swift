import EventLoop
import Glibc
import Synchronization
@testable import TestSupport
import Testing

@testable import FastCGI

@Suite(.ownThread) struct ServerTests {
  @Test func `GET is answered, and the connection ends when the web server does not keep it`() async throws {
    let server = try await TestServer(linger: .seconds(60))
    let client = try server.client()
    client.send(Records.request([("REQUEST_URI", "/a?b")], keep: false))
    let answer = try client.answer()
    #expect(answer.head == "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 4")
    #expect(answer.text == "/a?b")
    #expect(answer.status == 0)
    #expect(try client.ends())
    #expect(try await server.waits { $0.connections == 1 })
    client.hangUp()
    #expect(try await server.waits { $0.connections == 0 && $0.requestsServed == 1 })
    try await server.drain()
  }

  @Test func `many requests follow one another on one connection`() async throws {
    let server = try await TestServer()
    let client = try server.client()
    for number in 1...2000 {
      client.send(Records.request([("REQUEST_URI", "/\(number)")]))
      #expect(try client.answer().text == "/\(number)")
    }
    #expect(try await server.status() == Server.Status(connections: 1, requestsInFlight: 0, requestsServed: 2000))
    try await server.drain()
    #expect(try client.ends())
  }

  @Test func `requests that arrive together are answered one after another`() async throws {
    let server = try await TestServer { request in
      if request.parameter("REQUEST_URI") == "/slow" { await EventLoop.main.sleep(for: .milliseconds(20)) }
      return await echo(request)
    }
    let client = try server.client()
    let paths = (0..<300).map { "/\($0)" } + ["/slow", "/b", "/slow", "/c"]
    client.send(paths.flatMap { Records.request([("REQUEST_URI", $0)]) })
    for path in paths { #expect(try client.answer().text == path) }
    try await server.drain()
  }

  @Test func `a header field has a character per byte, a parameter is UTF-8`() async throws {
    let server = try await TestServer { request in
      Response(body: Array("\(request.field("CONTENT_TYPE") ?? "") \(request.parameter("CONTENT_TYPE") ?? "")".utf8))
    }
    let client = try server.client()
    client.send(Records.request([("CONTENT_TYPE", "é")]))
    #expect(try client.answer().text == "\u{C3}\u{A9} é")
    client.send(Records.request([("CONTENT_TYPE", "")]))
    #expect(try client.answer().text == " ")
    try await server.drain()
  }

  @Test func `all parameters are there in their order, with whatever values`() async throws {
    let server = try await TestServer { request in
      Response(body: Array(request.parameters.map { "\($0.name)=\($0.value)" }.joined(separator: "&").utf8))
    }
    let client = try server.client()
    // U+034A is one character with the sign before it.
    client.send(Records.request([("A", "\u{34A}b"), ("B", ""), ("A", "=c"), ("", "d")]))
    let parameters = ["A=\u{34A}b", "B=", "A==c", "=d"]
    #expect(try client.answer().body == Array(parameters.joined(separator: "&").utf8))
    try await server.drain()
  }

  @Test func `a request may arrive byte by byte`() async throws {
    let server = try await TestServer()
    let client = try server.client()
    for byte in Records.post(Array("hello".utf8)) { client.send([byte]) }
    #expect(try client.answer().text == "hello")
    try await server.drain()
  }

  @Test func `a body of exactly the limit passes, and one byte more is a 413 on a connection that goes on`()
    async throws
  {
    let server = try await TestServer()
    let client = try server.client()
    let body = (0..<1 << 20).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
    client.send(Records.post(body))
    #expect(try client.answer().body == body)
    client.send(Records.post(body + [1]))
    let refused = try client.answer()
    #expect(refused.head.hasPrefix("Status: 413 Content Too Large\r\n"))
    #expect(refused.text == #"{"detail":"Content Too Large"}"#)
    client.send(Records.request())
    #expect(try client.answer().text == "/")
    try await server.drain()
  }

  @Test(arguments: ["-1", "+5", "5x", "abc", "", "0x5", "5, 5", " 5"])
  func `a CONTENT_LENGTH that is no number says nothing of the body`(length: String) async throws {
    let server = try await TestServer()
    let client = try server.client()
    client.send(Records.request([("CONTENT_LENGTH", length)], body: Array("hello".utf8)))
    #expect(try client.answer().text == "hello")
    try await server.drain()
  }

  @Test func `of a parameter that comes twice the last one counts, and an empty one takes it away`() async throws {
    let server = try await TestServer { request in
      let one = request.parameter("A") ?? "none"
      return Response(body: Array("\(one) \(request.parameter("LONG") ?? "none")".utf8))
    }
    let client = try server.client()
    let long = String(repeating: "x", count: 300)
    client.send(Records.request([("A", "1"), ("LONG", "a"), ("B", "2"), ("A", "3"), ("LONG", long)]))
    #expect(try client.answer().text == "3 \(long)")
    client.send(Records.request([("A", "1"), ("LONG", long), ("A", ""), ("LONG", "")]))
    #expect(try client.answer().text == "none none")
    client.send(Records.request([("CONTENT_LENGTH", "9"), ("CONTENT_LENGTH", "")], body: [65]))
    #expect(try client.answer().head.hasPrefix("Status: 200"))
    try await server.drain()
  }

  @Test(arguments: ["4", "6", "0", "99999999999999999999"])
  func `a body of another length than CONTENT_LENGTH is a 400 and reaches no responder`(length: String) async throws {
    let server = try await TestServer { _ in Response(status: 599) }
    let client = try server.client()
    client.send(Records.request([("CONTENT_LENGTH", length)], body: Array("hello".utf8)))
    #expect(try client.answer().head.hasPrefix("Status: 400 Bad Request\r\n"))
    try await server.drain()
  }

  @Test func `HEAD has the length of the content without the content`() async throws {
    let server = try await TestServer()
    let client = try server.client()
    client.send(Records.request([("REQUEST_METHOD", "HEAD"), ("REQUEST_URI", "/abc")]))
    let answer = try client.answer()
    #expect(answer.head.hasSuffix("Content-Length: 4"))
    #expect(answer.body == [])
    try await server.drain()
  }

  @Test func `an abort cancels the request, drops its response and is answered by END_REQUEST`() async throws {
    let cancelled = Atomic(false)
    let server = try await TestServer { _ in
      for _ in 0..<400 where !Task.isCancelled { await EventLoop.main.sleep(for: .milliseconds(5)) }
      cancelled.store(Task.isCancelled, ordering: .relaxed)
      return Response(body: [1])
    }
    let client = try server.client()
    client.send(Records.request())
    #expect(try await server.waits { $0.requestsInFlight == 1 })
    client.send(Records.record(2))
    #expect(try client.answer() == FastCGIClient.Answer(status: 0))
    let wasCancelled = cancelled.load(ordering: .relaxed)
    #expect(wasCancelled)
    try await server.drain()
  }

  @Test func `a web server that goes away cancels the request`() async throws {
    let cancelled = Atomic(false)
    let server = try await TestServer { _ in
      for _ in 0..<400 where !Task.isCancelled { await EventLoop.main.sleep(for: .milliseconds(5)) }
      cancelled.store(Task.isCancelled, ordering: .relaxed)
      return Response(body: [1])
    }
    do {
      let client = try server.client()
      client.send(Records.request() + Records.request())  // the second one waits
      #expect(try await server.waits { $0.requestsInFlight == 1 })
    }
    #expect(try await server.waits { $0 == Server.Status(connections: 0, requestsInFlight: 0, requestsServed: 1) })
    let wasCancelled = cancelled.load(ordering: .relaxed)
    #expect(wasCancelled)
    try await server.drain()
  }

  @Test func `a request that stops arriving ends its connection, an idle connection stays`() async throws {
    var configuration = ServerConfiguration()
    configuration.partialRequestTimeout = .milliseconds(50)
    let server = try await TestServer(configuration)
    let (idle, slow) = (try server.client(), try server.client())
    slow.send(Array(Records.request().dropLast()))
    #expect(try slow.ends())
    #expect(server.notices.all == ["\(Notice.partialRequestTimedOut)"])
    idle.send(Records.request())
    #expect(try idle.answer().text == "/")
    try await server.drain()
  }

  @Test func `a large response reaches a slow reader whole`() async throws {
    let body = (0..<5 << 20).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 2) }
    let server = try await TestServer { _ in Response(body: body) }
    let client = try server.client()
    client.send(Records.request() + Records.request(keep: false))
    try await pause(.milliseconds(50))
    #expect(try client.answer().body == body)
    try await pause(.milliseconds(50))
    #expect(try client.answer().body == body)
    #expect(try client.ends())
    try await server.drain()
  }

  @Test func `a web server that does not read its response is cut off`() async throws {
    var configuration = ServerConfiguration()
    configuration.unreadResponseTimeout = .milliseconds(50)
    let server = try await TestServer(configuration) { _ in Response(body: [UInt8](repeating: 1, count: 4 << 20)) }
    let client = try server.client()
    client.send(Records.request())
    #expect(try await server.waits { $0.connections == 0 && $0.requestsServed == 1 })
    #expect(server.notices.all == ["\(Notice.responseUnread)"])
    try await server.drain()
  }

  @Test func `management records are answered between and within requests`() async throws {
    let server = try await TestServer()
    let client = try server.client()
    client.send(Records.begin() + Records.getValues(Array(repeating: "FCGI_MAX_REQS", count: 9)))
    #expect(try client.receive()?.type == 10)
    client.send(Records.record(99, id: 0))
    #expect(try client.receive() == FastCGIClient.Record(type: 11, id: 0, content: [99, 0, 0, 0, 0, 0, 0, 0]))
    client.send(Array(Records.request().dropFirst(16)))
    #expect(try client.answer().text == "/")
    try await server.drain()
  }

  @Test func `an unknown role and a multiplexed request are refused, and the connection goes on`() async throws {
    let server = try await TestServer()
    let client = try server.client()
    client.send(Records.begin(role: 2))
    #expect(try client.answer().status == 3)
    client.send(Records.begin() + Records.begin(id: 2))
    #expect(try client.answer().status == 1)
    client.send(Array(Records.request().dropFirst(16)))
    #expect(try client.answer().text == "/")
    try await server.drain()
  }

  @Test(arguments: [
    Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8),
    Records.begin() + Records.stream(4, [0xFF, 0xFF, 0xFF, 0xFE, 0xFF, 0xFF, 0xFF, 0xFE, 65]),
    Records.begin() + Records.record(4, Records.pair("A", "b")) + Records.record(5, [1]),
    Records.begin() + Records.begin(),
  ])
  func `nonsense ends its connection alone, without a reset`(stream: [UInt8]) async throws {
    let server = try await TestServer()
    let (good, bad) = (try server.client(), try server.client())
    bad.send(stream + [UInt8](repeating: 1, count: 100_000))
    #expect(try bad.ends())
    good.send(Records.request())
    #expect(try good.answer().text == "/")
    #expect(server.notices.all.count == 1)
    try await server.drain()
  }

  @Test func `connections beyond the limit wait until one ends`() async throws {
    var configuration = ServerConfiguration()
    configuration.connections = 1
    let server = try await TestServer(configuration)
    let second: FastCGIClient
    do {
      let first = try server.client()
      first.send(Records.request())
      #expect(try first.answer().text == "/")
      second = try server.client()
      second.send(Records.request())
      try await pause(.milliseconds(20))
      #expect(try await server.status().requestsServed == 1)
    }
    #expect(try second.answer().text == "/")
    try await server.drain()
  }

  @Test func `a drain answers what is in flight and what has arrived, and ends idle connections`() async throws {
    let answers = Atomic(false)
    let server = try await TestServer { request in
      while !answers.load(ordering: .relaxed) { await EventLoop.main.sleep(for: .milliseconds(1)) }
      return await echo(request)
    }
    let (busy, idle) = (try server.client(), try server.client())
    #expect(try await server.waits { $0.connections == 2 })
    busy.send(Records.request())
    #expect(try await server.waits { $0.requestsInFlight == 1 })
    async let drain: Void = server.drain()
    #expect(try idle.ends())
    answers.store(true, ordering: .relaxed)
    #expect(try busy.answer().text == "/")
    #expect(try busy.ends())
    busy.hangUp()
    idle.hangUp()
    try await drain
    #expect(throws: BlockingSocket.Timeout.self) { try server.client() }
  }

  /// What asks a web server to end the connection.
  private static let goodbye = FastCGIClient.Record(type: 7, id: 1, content: [])

  @Test func `during the grace of a drain web servers are asked to end connections, and answered until then`()
    async throws
  {
    let server = try await TestServer()
    let (used, unused) = (try server.client(), try server.client())
    used.send(Records.request())
    #expect(try used.answer().text == "/")
    #expect(try await server.waits { $0.connections == 2 })
    async let drain: Void = server.drain(grace: .seconds(3600))
    #expect(try used.receive() == Self.goodbye)
    for _ in 0..<3 {
      used.send(Records.request())
      #expect(try used.answer().text == "/")
      #expect(try used.receive() == Self.goodbye)
    }
    unused.send(Records.request(keep: false))
    #expect(try unused.answer().text == "/")
    #expect(try unused.ends(), "there is nothing to keep")
    unused.hangUp()
    used.hangUp()
    try await drain
  }

  @Test(arguments: ["Apache/2.4.66 (Debian)", "HAProxy 2.6.12", "h2o/2.2.5"])
  func `during the grace of a drain connections of other web servers than nginx end when they are quiet`(
    software: String
  ) async throws {
    let server = try await TestServer()
    try await onLoop {
      // All of it in one piece of the loop's work: the requests are there when the drain begins.
      let client = try server.client()
      for _ in 0..<3 { client.send(Records.request([("REQUEST_URI", "/a"), ("SERVER_SOFTWARE", software)])) }
      await server.server.drain(grace: .seconds(3600))
      for _ in 0..<3 { #expect(try client.answer().text == "/a") }
      #expect(try client.ends(), "without a goodbye")
    }
  }

  @Test func `nginx that names itself is asked to end connections`() async throws {
    let server = try await TestServer()
    let client = try server.client()
    client.send(Records.request([("REQUEST_URI", "/a"), ("SERVER_SOFTWARE", "nginx/1.22.1")]))
    #expect(try client.answer().text == "/a")
    async let drain: Void = server.drain(grace: .seconds(3600))
    #expect(try client.receive() == Self.goodbye)
    client.hangUp()
    try await drain
  }

  @Test func `after the grace of a drain idle connections are ended, and the others with their answers`() async throws
  {
    let answers = Atomic(false)
    let server = try await TestServer { request in
      while !answers.load(ordering: .relaxed) { await EventLoop.main.sleep(for: .milliseconds(1)) }
      return await echo(request)
    }
    let (busy, idle) = (try server.client(), try server.client())
    busy.send(Records.request())
    #expect(try await server.waits { $0.requestsInFlight == 1 && $0.connections == 2 })
    async let drain: Void = server.drain(grace: .milliseconds(20))
    #expect(try idle.ends())
    idle.hangUp()
    answers.store(true, ordering: .relaxed)
    #expect(try busy.answer().text == "/")
    #expect(try busy.ends())
    busy.hangUp()
    try await drain
  }

  @Test func `a drain answers what waits in the queue of the socket`() async throws {
    let server = try await TestServer()
    try await onLoop {
      // All of it in one piece of the loop's work: nothing is accepted before the drain begins.
      let clients = try (0..<5).map { _ in try server.client() }
      for client in clients { client.send(Records.request(keep: false)) }
      await server.server.drain()
      for client in clients { #expect(try client.answer().text == "/") }
    }
    #expect(throws: BlockingSocket.Timeout.self) { try server.client() }
  }

  @Test(arguments: [(["127.0.0.1", "::1"], true), (["::ffff:127.0.0.1"], true), (["10.1.2.3"], false)])
  func `over TCP only the web servers' addresses may connect`(addresses: [String], isAllowed: Bool) async throws {
    var configuration = ServerConfiguration()
    configuration.webServerAddresses = addresses
    let port = UInt16.random(in: 20_000..<32_000)
    let server = try await TestServer(configuration, address: .tcp(host: "127.0.0.1", port: port))
    let client = try server.client()
    client.send(Records.request())
    #expect(try client.answer().text == (isAllowed ? "/" : ""))
    #expect(server.notices.all.isEmpty == isAllowed)
    try await server.drain()
  }
}
