import EventLoop
import TestSupport
import Testing

@testable import FastCGI

struct RequestRunnerTests {
  @LoopActor private final class Seen {
    weak var request: Request?
    var count = 0
    nonisolated init() {}
  }

  @Test func `an idle connection keeps nothing of the request before`() async throws {
    let seen = Seen()
    let server = try await TestServer(ServerConfiguration()) { request in
      (seen.request, seen.count) = (request, seen.count + 1)
      return Response(body: [UInt8](repeating: 1, count: 10_000))
    }
    let client = try server.client()
    for count in 1...2 {
      client.send(Records.request(keep: true))
      #expect(try client.answer().text.utf8.count == 10_000)
      #expect(try await onLoop { seen.count } == count)
      #expect(try await onLoop { seen.request } == nil)
    }
    try await server.drain()
  }
}
