import EventLoop
import Synchronization
import TestSupport
import Testing

@testable import FastCGI

/// Responses that come piece by piece.
@Suite(.ownThread) struct ConnectionSendingTests {
  /// A response of so many pieces of 64 KiB, of which `asked` counts those that were asked for, and `ends` has how it ended.
  private static func response(_ pieces: Int, _ asked: Count, _ ends: Ends = Ends()) -> Response {
    let rest = Response.Rest(
      {
        let number = asked.add()
        return number <= pieces ? [UInt8](repeating: UInt8(truncatingIfNeeded: number), count: 64 << 10) : nil
      }, ended: { ends.add($0) })
    return Response(body: Array("begin".utf8), rest: rest)
  }

  final class Ends: Sendable {
    private let list = Mutex<[Response.Rest.End]>([])
    var all: [Response.Rest.End] { list.withLock { $0 } }
    func add(_ end: Response.Rest.End) { list.withLock { $0.append(end) } }
  }

  final class Count: Sendable {
    private let count = Mutex(0)
    var value: Int { count.withLock { $0 } }
    func add() -> Int {
      count.withLock {
        $0 += 1
        return $0
      }
    }
  }

  struct Broken: Error {}

  @Test func `pieces arrive in order behind a header without a length, and the connection goes on`() async throws {
    let (asked, ends) = (Count(), Ends())
    let server = try await TestServer { _ in Self.response(3, asked, ends) }
    let client = try server.client()
    for round in 1...2 {
      client.send(Records.request())
      let answer = try client.answer()
      #expect(!answer.head.contains("Content-Length"))
      #expect(answer.status == 0)
      if round == 1 {
        #expect(answer.body.count == 5 + 3 << 16)
        #expect([answer.body[5], answer.body[5 + 65536], answer.body.last] == [1, 2, 3])
      }
    }
    #expect(ends.all == [.taken, .taken])
    try await server.drain()
  }

  @Test func `a piece is asked for only when the last has left`() async throws {
    let asked = Count()
    let server = try await TestServer { _ in Self.response(100, asked) }
    let client = try server.client()
    client.send(Records.request())
    #expect(try await server.waits { _ in asked.value > 1 })
    // Unread, what is on its way fits the socket's buffers; a turn of the loop later there would be more, if it did not wait.
    for _ in 0..<50 { try await pause(.milliseconds(2)) }
    #expect(asked.value < 20)
    #expect(try client.answer().body.count == 5 + 100 << 16)
    #expect(asked.value == 101)
    try await server.drain()
  }

  @Test func `an error behind the first piece ends the connection without the request's end`() async throws {
    let ends = Ends()
    let server = try await TestServer { _ in
      Response(body: [65], rest: Response.Rest({ throw Broken() }, ended: { ends.add($0) }))
    }
    let client = try server.client()
    client.send(Records.request())
    let answer = try client.answer()
    #expect(answer.body == [65])
    #expect(answer.status == nil)
    #expect(server.notices.all == ["connection closed in the middle of a response: Broken()"])
    #expect(
      try await server.waits {
        $0
          == Server.Status(
            connections: 0, requestsInFlight: 0, requestsServed: 1, requestsAborted: 0, connectionsAccepted: 1)
      })
    #expect(ends.all == [.abandoned])
    try await server.drain()
  }

  @Test func `HEAD has neither a piece nor a length, and nothing is asked for`() async throws {
    let (asked, ends) = (Count(), Ends())
    let server = try await TestServer { _ in Self.response(3, asked, ends) }
    let client = try server.client()
    client.send(Records.request([("REQUEST_METHOD", "HEAD")]))
    let answer = try client.answer()
    #expect(answer.body == [] && answer.status == 0 && !answer.head.contains("Content-Length"))
    #expect(asked.value == 0 && ends.all == [.abandoned])
    try await server.drain()
  }

  @Test func `who goes away in the middle is asked for nothing more`() async throws {
    let (asked, ends) = (Count(), Ends())
    let server = try await TestServer { _ in Self.response(1000, asked, ends) }
    do {
      let client = try server.client()
      client.send(Records.request())
      _ = try client.receive()
    }
    #expect(
      try await server.waits {
        $0
          == Server.Status(
            connections: 0, requestsInFlight: 0, requestsServed: 1, requestsAborted: 1, connectionsAccepted: 1)
      })
    #expect(asked.value < 1000 && ends.all == [.abandoned])
    try await server.drain()
  }

  @Test func `an abort in the middle is answered by the request's end`() async throws {
    let (asked, ends) = (Count(), Ends())
    let server = try await TestServer { _ in Self.response(200, asked, ends) }
    let client = try server.client()
    client.send(Records.request())
    _ = try client.receive()
    client.send(Records.record(2))
    let answer = try client.answer()
    #expect(answer.status == 0)
    #expect(asked.value < 200 && ends.all == [.abandoned])
    client.send(Records.request([("REQUEST_METHOD", "HEAD")]))
    #expect(try client.answer().status == 0)
    try await server.drain()
  }

  @Test func `what cannot be sent is a 500 and nothing else`() async throws {
    let (asked, ends) = (Count(), Ends())
    let server = try await TestServer { _ in
      var response = Self.response(3, asked, ends)
      response.headers = [("A B", "c")]
      return response
    }
    let client = try server.client()
    client.send(Records.request())
    #expect(try client.answer().head.hasPrefix("Status: 500"))
    #expect(asked.value == 0 && ends.all == [.abandoned])
    try await server.drain()
  }

  @Test func `a request lasts until its end was told`() async throws {
    let (asked, released) = (Count(), Count())
    let server = try await TestServer { _ in
      var response = Self.response(3, asked)
      response.rest = response.rest.map { rest in
        Response.Rest(rest.next) { _ in
          await EventLoop.main.sleep(for: .milliseconds(20))
          _ = released.add()
        }
      }
      return response
    }
    let client = try server.client()
    client.send(Records.request())
    _ = try client.receive()
    client.hangUp()
    try await server.drain()
    #expect(released.value == 1)
  }

  @Test func `what is not taken counts as memory, and without room the connection ends`() async throws {
    var configuration = ServerConfiguration()
    configuration.memoryLimit = 1 << 20
    let server = try await TestServer(configuration) { _ in Response(body: [UInt8](repeating: 65, count: 4 << 20)) }
    let client = try server.client()
    client.send(Records.request())
    #expect(try client.answer().status == nil)
    #expect(server.notices.all == ["\(Notice.outOfMemory)"])
    try await server.drain()
  }
}
