import EventLoop
import Synchronization
@testable import TestSupport
import Testing

@testable import FastCGI

/// Bodies that are read as they arrive.
@Suite(.ownThread) struct ConnectionBodyTests {
  private static func configuration(limit: Int? = nil) -> ServerConfiguration {
    var configuration = ServerConfiguration()
    configuration.bodyReading = { request in
      request.parameter("REQUEST_URI") == "/whole" ? .whole : .pieces(limit: limit)
    }
    return configuration
  }

  /// BEGIN, PARAMS and the first bytes of a body.
  private static func beginning(_ body: [UInt8], length: Int? = nil, uri: String = "/", keep: Bool = true) -> [UInt8]
  {
    var parameters = [("REQUEST_METHOD", "POST"), ("REQUEST_URI", uri)]
    if let length { parameters.append(("CONTENT_LENGTH", "\(length)")) }
    return Records.begin(keep: keep) + Records.stream(4, parameters.flatMap { Records.pair($0.0, $0.1) })
      + Records.record(5, body)
  }

  private static func wait(_ server: TestServer, until condition: @escaping @Sendable () -> Bool) async throws {
    #expect(try await server.waits { _ in condition() })
  }

  @Test func `a responder reads a body while it arrives, and the connection goes on`() async throws {
    for length in [9, nil] {
      let reader = BodyReader()
      let server = try await TestServer(Self.configuration()) { await reader.read($0) }
      let client = try server.client()
      client.send(Self.beginning([1, 2, 3], length: length))
      try await Self.wait(server) { reader.bytes == [1, 2, 3] }
      client.send(Records.record(5, [4, 5]) + Array(Records.record(5, [6, 7]).dropLast()))
      try await Self.wait(server) { reader.bytes == [1, 2, 3, 4, 5] }
      client.send([7] + Records.record(5, [8], padding: 9) + Records.getValues(["FCGI_MPXS_CONNS"]))
      #expect(try client.receive()?.type == 10)
      client.send(Records.record(5, [9]) + Records.record(5) + Records.post([1, 2]))
      #expect(try client.answer().text == "9 end")
      #expect(reader.bytes.prefix(9) == [1, 2, 3, 4, 5, 6, 7, 8, 9])
      #expect(try client.answer().text == "11 whole")
      try await server.drain()
    }
  }

  @Test func `a body that is wanted whole is`() async throws {
    let reader = BodyReader()
    let server = try await TestServer(Self.configuration()) { await reader.read($0) }
    let client = try server.client()
    client.send(Self.beginning([1, 2, 3], length: 5, uri: "/whole"))
    try await pause(.milliseconds(20))
    #expect(reader.pieces.isEmpty)
    client.send(Records.stream(5, [4, 5]))
    #expect(try client.answer().text == "5 whole")
    #expect(reader.pieces == [[1, 2, 3, 4, 5]])
    try await server.drain()
  }

  @Test func `while nobody reads a body no more than two pieces of it are received`() async throws {
    let (reader, length) = (BodyReader(), 2 << 20)
    let server = try await TestServer(Self.configuration(limit: length)) { await reader.read($0) }
    reader.holdUp(true)
    let client = try server.client()
    client.send(Self.beginning([1], length: length))
    // Unsafe: it sends, which blocks until the body is read, while the test receives.
    nonisolated(unsafe) let sender = client
    async let sending: Void = sender.send(Records.stream(5, [UInt8](repeating: 2, count: length - 1)))
    while try await onLoop({ server.waitingBytes }) == 0 { try await pause(.milliseconds(1)) }
    for _ in 0..<50 {
      try await pause(.milliseconds(2))
      #expect(try await onLoop { server.waitingBytes } <= 320 << 10)
    }
    reader.holdUp(false)
    #expect(try client.answer().text == "\(length) end")
    await sending
    try await server.drain()
  }

  @Test func `an abort ends the wait, and the next request is answered`() async throws {
    let reader = BodyReader()
    let server = try await TestServer(Self.configuration()) { await reader.read($0) }
    let client = try server.client()
    client.send(Self.beginning([1, 2, 3]))
    try await Self.wait(server) { !reader.pieces.isEmpty }
    client.send(Records.record(2))
    #expect(try client.answer() == FastCGIClient.Answer(status: 0))
    #expect(reader.end == "aborted")
    client.send(Records.record(5, [4]) + Records.record(5) + Records.request())
    #expect(try client.answer().text == "3 whole")
    try await server.drain()
  }

  @Test(arguments: [false, true])
  func `a web server that goes away ends the wait, also while a piece waits that nobody takes`(isHeldUp: Bool)
    async throws
  {
    let reader = BodyReader()
    let server = try await TestServer(Self.configuration()) { await reader.read($0) }
    reader.holdUp(isHeldUp)
    let client = try server.client()
    client.send(Self.beginning([1, 2, 3]))
    try await Self.wait(server) { !reader.pieces.isEmpty }
    if isHeldUp { client.send(Records.record(5, [4])) }
    client.hangUp()
    try await Self.wait(server) { reader.end == "aborted" }
    #expect(
      try await server.waits {
        $0
          == Server.Status(
            connections: 0, requestsInFlight: 0, requestsServed: 1, requestsAborted: 1, connectionsAccepted: 1)
      })
    try await server.drain()
  }

  @Test func `a body beyond its limit ends the wait; one that announces so is refused at once`() async throws {
    let reader = BodyReader()
    let server = try await TestServer(Self.configuration(limit: 100)) { await reader.read($0) }
    let client = try server.client()
    client.send(Self.beginning([UInt8](repeating: 1, count: 100)))
    try await Self.wait(server) { reader.bytes.count == 100 }
    client.send(Records.record(5, [1]))
    #expect(try client.answer().text == "100 tooLarge")
    client.send(Records.stream(5, [UInt8](repeating: 1, count: 300_000)) + Self.beginning([1], length: 101))
    #expect(try client.answer().head.hasPrefix("Status: 413"))
    client.send(Records.stream(5, [UInt8](repeating: 1, count: 100)) + Records.request())
    #expect(try client.answer().text == "100 whole")
    try await server.drain()
  }

  @Test(arguments: [3, 5]) func `a body that is not as long as announced is not complete`(length: Int) async throws {
    let reader = BodyReader()
    let server = try await TestServer(Self.configuration()) { await reader.read($0) }
    let client = try server.client()
    client.send(Self.beginning([1, 2, 3, 4], length: length))
    try await Self.wait(server) { !reader.pieces.isEmpty }
    client.send(Records.record(5))
    #expect(try client.answer().text == "4 incomplete")
    try await server.drain()
  }

  @Test func `what does not come in time ends the wait, and what comes begins it anew`() async throws {
    var configuration = Self.configuration()
    configuration.partialRequestTimeout = .seconds(10)
    let reader = BodyReader()
    let server = try await TestServer(configuration) { await reader.read($0) }
    let client = try server.client()
    client.send(Self.beginning([1]))
    for byte in 2...5 as ClosedRange<UInt8> {
      try await pause(.seconds(3))
      client.send(Records.record(5, [byte]))
    }
    #expect(try client.answer().text == "5 late")
    #expect(reader.bytes == [1, 2, 3, 4, 5])
    #expect(server.notices.all == ["\(Notice.bodyTimedOut)"])
    client.send(Records.record(5) + Records.request())
    #expect(try client.answer().text == "5 whole")
    try await server.drain()
  }

  @Test func `what a responder leaves unread is forgotten when it answers, and the connection goes on`() async throws
  {
    let requests = Mutex<[Request]>([])
    let server = try await TestServer(Self.configuration()) { request in
      requests.withLock { $0.append(request) }
      return Response(body: [65])
    }
    let client = try server.client()
    client.send(Self.beginning([1, 2, 3]))
    #expect(try client.answer().text == "A")
    client.send(Records.stream(5, [UInt8](repeating: 7, count: 3 << 20)) + Records.request())
    #expect(try client.answer().text == "A")
    let request = try #require(requests.withLock { $0.first })
    try await onLoop { _ = await #expect(throws: BodyError.outOfTurn) { try await request.rest?.next() } }
    try await server.drain()
  }

  @Test func `an answer ends a connection that is not kept, and is not lost in what still arrives`() async throws {
    let server = try await TestServer(Self.configuration()) { _ in Response(body: [65]) }
    let client = try server.client()
    client.send(Self.beginning([1, 2, 3], keep: false))
    #expect(try client.answer().text == "A")
    client.send(Records.record(5, [4]))
    #expect(try client.ends())
    try await server.drain()
  }

  @Test func `an answer in pieces can be made of a body that still arrives`() async throws {
    let server = try await TestServer(Self.configuration()) { request in
      Response(body: request.body, rest: Response.Rest { try await request.rest?.next() })
    }
    let client = try server.client()
    client.send(Self.beginning([65]))
    for letter in 66...70 as ClosedRange<UInt8> {
      client.send(Records.record(5, [letter]))
      var record = try client.receive()
      while record?.content.last != letter, record != nil { record = try client.receive() }
      #expect(record?.type == 6)
    }
    client.send(Records.record(5))
    #expect(try client.answer().status == 0)
    try await server.drain()
  }

  @Test func `a body takes its memory beforehand, and without room it is a 503`() async throws {
    var configuration = Self.configuration()
    configuration.memoryLimit = 1100 << 10
    let reader = BodyReader()
    let server = try await TestServer(configuration) { await reader.read($0) }
    let clients = try (0..<3).map { _ in try server.client() }
    for (index, client) in clients.dropLast().enumerated() {
      client.send(Self.beginning([1]))
      try await Self.wait(server) { reader.pieces.count == index + 1 }
    }
    clients[2].send(Self.beginning([1]))
    #expect(try clients[2].answer().head.hasPrefix("Status: 503"))
    for client in clients.dropLast() {
      client.send(Records.record(5))
      #expect(try client.answer().text.hasSuffix("end"))
    }
    clients[2].send(Self.beginning([1]) + Records.record(5))
    #expect(try clients[2].answer().text.contains(" "))
    try await server.drain()
  }

  @Test func `a connection whose body is waited for may have to make way, one whose responder is at work not`()
    async throws
  {
    let reader = BodyReader()
    let server = try await TestServer(Self.configuration()) { await reader.read($0) }
    let client = try server.client()
    client.send(Self.beginning([1]))
    func waiting() async throws -> Places.Waiting? {
      try await onLoop { server.server.connections.values.first?.standing?.waiting }
    }
    try await Self.wait(server) { !reader.pieces.isEmpty }
    #expect(try await waiting() == .rest)
    reader.holdUp(true)
    client.send(Records.record(5, [2]))
    try await Self.wait(server) { reader.pieces.count == 2 }
    #expect(try await waiting() == nil)
    reader.holdUp(false)
    client.send(Records.record(5))
    #expect(try client.answer().text == "2 end")
    try await server.drain()
  }
}
