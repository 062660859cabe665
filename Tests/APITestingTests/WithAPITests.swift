import APITesting
import PostgreSQL
import Resources
import Testing
import WebAPI

struct WithAPITests {
  /// How many rows the table things has.
  private struct Things: Resource {
    private let delete = Declared { "DELETE FROM things" }

    func operations(_ session: Depends<Session>) -> [Operation] {
      Operation(.delete, "/things/", "delete_things", Inputs(session), returns: Answer<NoContent>.self) { session in
        .empty(200, headers: ["X-Count": "\(try await session.execute(delete()))"])
      }
    }
  }

  @Test(arguments: 0..<2) func `each test has its own tables, with the rows of its schema`(_: Int) async throws {
    try await withAPI(schema: "CREATE TABLE things (id int); INSERT INTO things VALUES (1), (2)", Things()) { api in
      #expect(await api.delete("/things/").header("x-count") == "2")
      #expect(await api.delete("/things/").header("x-count") == "0")
    }
  }

  @Test func `statements that do not fit the tables are refused`() async throws {
    await #expect(throws: SchemaMismatch.self) {
      try await withAPI(schema: "CREATE TABLE others (id int)", Things()) { _ in }
    }
  }
}
