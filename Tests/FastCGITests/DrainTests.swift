import EventLoop
import Synchronization
@testable import TestSupport
import Testing

@testable import FastCGI

/// How a server ends, and how it has web servers end their connections.
@Suite(.ownThread) struct DrainTests {
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
}
