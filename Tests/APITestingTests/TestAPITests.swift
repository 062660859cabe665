import APITesting
import PostgreSQL
import Resources
import Testing
import WebAPI

struct TestAPITests {
  private struct Failure: Error {}

  /// An answer in two pieces, the second of which may be an error instead.
  private struct Pieces: ResponseBody {
    let fails: Bool

    func response(status: Int) async -> Response {
      let fails = fails
      let left = Left()
      return Response(
        status: status, body: Array("one".utf8),
        rest: Response.Rest({
          guard await left.take() else { return nil }
          if fails { throw Failure() }
          return Array(" two".utf8)
        }))
    }

    static func document(title: String) -> JSONValue? { nil }
    static var schemas: [SchemaDocument] { [] }
  }

  private actor Left {
    private var count = 1

    func take() -> Bool {
      defer { count -= 1 }
      return count > 0
    }
  }

  private struct Streams: Resource {
    func operations(_ session: Depends<Session>) -> [Operation] {
      Operation(.delete, "/streams/{fails}", "stream", Inputs(Path<Bool>("fails")), returns: Pieces.self) { fails in
        Pieces(fails: fails)
      }
    }
  }

  private struct Misnamed: Resource {
    func operations(_ session: Depends<Session>) -> [Operation] {
      Operation(.get, "/things/{thing_id}", "read_thing", Inputs(Path<Int32>("id")), returns: NoContent.self) { _ in
        NoContent()
      }
    }
  }

  @Test func `an answer that streams is taken to its end, or to where it breaks off`() async throws {
    let api = try TestAPI(Streams())
    let whole = await api.delete("/streams/false")
    #expect(whole.body == "one two" && whole.isComplete)
    let broken = await api.delete("/streams/true")
    #expect(broken.body == "one" && !broken.isComplete)
  }

  @Test func `operations that do not fit together are refused`() {
    #expect(throws: TestAPI.Problems.self) { try TestAPI(Misnamed()) }
  }
}
