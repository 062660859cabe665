import EventLoop
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
    #expect(
      try await server.status()
        == Server.Status(connections: 1, requestsInFlight: 0, requestsServed: 2000, connectionsAccepted: 1))
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
      withExtendedLifetime(first) {}
    }
    #expect(try second.answer().text == "/")
    try await server.drain()
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
