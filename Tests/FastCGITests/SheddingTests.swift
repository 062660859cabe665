import EventLoop
import Synchronization
@testable import TestSupport
import Testing

@testable import FastCGI

/// How a server gives connections away.
@Suite(.ownThread) struct SheddingTests {
  /// What asks a web server to end the connection.
  private static let goodbye = FastCGIClient.Record(type: 7, id: 1, content: [])

  private func shed(_ server: TestServer, _ count: Int) async throws {
    try await onLoop { server.server.shed(count) }
  }

  private func kept(_ server: TestServer) async throws -> Int? {
    try await onLoop { server.server.keptConnections }
  }

  /// Connections that have had an answer.
  private func clients(_ server: TestServer, _ count: Int, software: String? = nil) throws -> [FastCGIClient] {
    let software = software.map { [("SERVER_SOFTWARE", $0)] } ?? []
    return try (0..<count).map { _ in
      let client = try server.client()
      client.send(Records.request([("REQUEST_URI", "/a")] + software))
      #expect(try client.answer().text == "/a")
      return client
    }
  }

  /// Whether a connection was asked to end, which is seen before its next answer.
  private func wasAsked(_ client: FastCGIClient) throws -> Bool {
    client.send(Records.request())
    var types: [UInt8] = []
    while types.last != 3, let record = try client.receive() { types.append(record.type) }
    return types.first == 7
  }

  @Test func `as many idle connections as were to be given away are asked to end, and answered until then`()
    async throws
  {
    let server = try await TestServer()
    let clients = try clients(server, 5)
    #expect(try await kept(server) == 5)
    try await shed(server, 2)
    #expect(try await kept(server) == 3)
    let asked = try clients.filter { try wasAsked($0) }
    #expect(asked.count == 2)
    for client in asked { #expect(try client.receive() == Self.goodbye, "behind the answer too") }
    for client in asked { client.hangUp() }
    #expect(try await server.waits { $0.connections == 3 })
    #expect(try await kept(server) == 3)
    for client in clients { client.hangUp() }
  }

  @Test func `a connection whose request is under way is asked behind its answer`() async throws {
    let answers = Atomic(false)
    let server = try await TestServer { request in
      while !answers.load(ordering: .relaxed) { await EventLoop.main.sleep(for: .milliseconds(1)) }
      return await echo(request)
    }
    let client = try server.client()
    client.send(Records.request())
    #expect(try await server.waits { $0.requestsInFlight == 1 })
    try await shed(server, 1)
    #expect(try await kept(server) == 0)
    answers.store(true, ordering: .relaxed)
    #expect(try client.receive()?.type == 6, "the answer first")
    #expect(try client.answer().status == 0)
    #expect(try client.receive() == Self.goodbye)
    client.hangUp()
  }

  @Test(arguments: ["Apache/2.4.66 (Debian)", "HAProxy 2.6.12"])
  func `web servers that may not end a connection when they are asked are not asked`(software: String) async throws {
    let server = try await TestServer()
    let (others, unknown) = (try clients(server, 2, software: software), try server.client())
    #expect(try await server.waits { $0.connections == 3 })
    try await shed(server, 3)
    #expect(try await kept(server) == 3)
    for client in others + [unknown] { #expect(try !wasAsked(client)) }
    for client in others + [unknown] { client.hangUp() }
  }

  @Test func `new connections wait for other processes as long as any are given away`() async throws {
    let server = try await TestServer()
    let clients = try clients(server, 2)
    try await shed(server, 2)
    let next = try server.client()
    next.send(Records.request(keep: false))
    #expect(try wasAsked(clients[0]), "turns of the loop, in which the next one could have been accepted")
    #expect(try await server.status().connections == 2)
    clients[0].hangUp()
    #expect(try await server.waits { $0.connections == 1 })
    #expect(try wasAsked(clients[1]))
    #expect(try await server.status().connections == 1, "that one has ended makes no difference")
    try await shed(server, 1)
    #expect(try wasAsked(clients[1]))
    #expect(try await server.status().connections == 1)
    try await shed(server, 0)
    #expect(try next.answer().text == "/")
    for client in clients + [next] { client.hangUp() }
  }

  @Test func `what has come before is taken: the kernel may have told nobody else`() async throws {
    let server = try await TestServer()
    let client = try clients(server, 1)[0]
    let next = try await onLoop {
      // All of it in one piece of the loop's work: nothing is accepted in between.
      let next = try server.client()
      next.send(Records.request(keep: false))
      server.server.shed(1)
      return Handed(next)
    }
    #expect(try next.client.answer().text == "/")
    client.hangUp()
    next.client.hangUp()
  }

  /// A client that one thread hands to another.
  private struct Handed: @unchecked Sendable {
    let client: FastCGIClient
    init(_ client: FastCGIClient) { self.client = client }
  }

  @Test func `a drain takes what was left to others`() async throws {
    let server = try await TestServer()
    let client = try clients(server, 1)[0]
    try await shed(server, 1)
    let next = try server.client()
    next.send(Records.request(keep: false))
    client.hangUp()
    async let drain: Void = server.drain()
    #expect(try next.answer().text == "/")
    next.hangUp()
    try await drain
    #expect(try await kept(server) == nil)
  }
}
