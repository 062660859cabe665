import APITesting
import TestSupport
import Testing

/// The second resource of Documentation/resources.md, on a real database.
struct GroupsTests {
  private static let schema =
    "CREATE TABLE groups (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL)"

  @Test func `a group is created and read, or missed`() async throws {
    try await withAPI(schema: Self.schema, Groups()) { api in
      let created = await api.post("/groups/", #"{"title": "Friends"}"#)
      #expect(created.description == #"201 {"id":1,"title":"Friends"}"#)
      #expect(created.header("Location") == "1")
      #expect(await api.get("/groups/1").body == created.body)
      #expect(await api.get("/groups/2").description == #"404 {"detail":"Group not found"}"#)
    }
  }

  @Test func `a group without a title is refused, which needs no database`() async throws {
    let api = try TestAPI(Groups())
    let answer = await api.post("/groups/", #"{"title": ""}"#)
    #expect(answer.status == 422)
    #expect(answer.body.contains(#""loc":["body","title"],"msg":"String should have at least 1 character""#))
    #expect(await api.post("/groups/", #"{"title": "Friends"}"#).status == 503)
  }

  @Test func `the documentation shows this very resource, in under a hundred lines`() throws {
    let code = contents(of: "\(Recipes.folder)/Groups.swift")
    #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count < 100)
    #expect(Recipes.page.contains("```swift\n\(code)```"))
  }
}
