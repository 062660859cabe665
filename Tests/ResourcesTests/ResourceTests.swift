import Logging
import Resources
import Testing

struct ResourceTests {
  private struct Things: Resource {
    let tags = ["things"]

    func operations(_ session: Depends<Session>) -> [Operation] {
      Operation(.get, "/things/", "read_things", Inputs(), returns: NoContent.self, status: 204) { _ in NoContent() }
      Operation(.get, "/other/", "read_other", Inputs(), returns: NoContent.self, status: 204, tags: ["other"]) { _ in
        NoContent()
      }
    }
  }

  private struct Refusing: Resource {
    func operations(_ session: Depends<Session>) -> [Operation] {
      Operation(
        .post, "/", "write", Inputs(), returns: NoContent.self, status: 204,
        translating: Violations(["things_pkey": HTTPError(409, "There"), "things.title": HTTPError(400, "No title")])
      ) { _ in NoContent() }
    }
  }

  private struct Plain: Resource {
    func operations(_ session: Depends<Session>) -> [Operation] {
      Operation(.get, "/plain/", "read_plain", Inputs(), returns: NoContent.self, status: 204) { _ in NoContent() }
    }
  }

  @Test func `operations have the tags of their resource, where they have none of their own`() async {
    let session = Depends<Session>(ready: { throw HTTPError.unavailable("none") })
    let api = API(title: "Test", version: "1", [Things(), Plain()], session, logger: Logger(label: "test"))
    let paths = api.document["paths"]
    #expect(paths?["/things/"]?["get"]?["tags"] == ["things"])
    #expect(paths?["/other/"]?["get"]?["tags"] == ["other"])
    #expect(paths?["/plain/"]?["get"] != nil && paths?["/plain/"]?["get"]?["tags"] == nil)
    #expect(api.problems().isEmpty)
  }

  @Test func `the start knows the constraints that operations have answers for`() {
    #expect(Refusing().constraints == ["things_pkey", "things.title"])
    #expect(Plain().constraints.isEmpty)
  }
}
