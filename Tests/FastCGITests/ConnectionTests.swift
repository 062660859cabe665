import EventLoop
import Synchronization
@testable import TestSupport
import Testing

@testable import FastCGI

/// Web servers that go away, are slow, or send what is no request.
@Suite(.ownThread) struct ConnectionTests {
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

  @Test func `an abort that comes with its request, behind another, cancels the request and not the one after it`()
    async throws
  {
    let cancelled = Mutex<[Bool]>([])
    let server = try await TestServer { _ in
      cancelled.withLock { $0.append(Task.isCancelled) }
      return Response()
    }
    let client = try server.client()
    client.send(Records.request() + Records.request() + Records.record(2) + Records.request())
    for _ in 0..<3 { _ = try client.answer() }
    #expect(cancelled.withLock { $0 } == [false, true, false])
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
    #expect(
      try await server.waits {
        $0
          == Server.Status(
            connections: 0, requestsInFlight: 0, requestsServed: 1, requestsAborted: 1, connectionsAccepted: 1)
      })
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
}
