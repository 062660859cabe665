import EventLoop
import Logging
import PostgreSQL
import Resources
import TestSupport
import Testing
import WebAPI

struct FailureLogTests {
  /// As an error of a handler's may be: it quotes what was sent.
  private struct Unexpected: Error, CustomStringConvertible {
    let description: String
  }

  @Test func `what fails with every request is one line a second, whatever its text quotes`() async throws {
    let lines = Lines()
    let session = Depends<Session> { throw HTTPError(500, "") }
    let api = API(
      title: "Test", version: "1", [], session,
      and: [
        Operation(.get, "/{text}", "fail", Inputs(Path<String>("text")), returns: NoContent.self) { text in
          throw Unexpected(description: "no \(text)")
        }
      ], logger: Logger(label: "test") { _ in lines })
    try await onLoop {
      for number in 1...100 {
        let response = await api.respond(to: Request(method: "GET", target: "/\(number)"))
        #expect(response.status == 500)
      }
    }
    #expect(lines.all == ["GET /1 failed: no 1"])
    try await onLoop { await wait { lines.all.count == 2 } }
    #expect(lines.all == ["GET /1 failed: no 1", "GET /2 failed: no 2"])
    #expect(lines.all("repeated") == [nil, "99"])
  }
}
