import APITesting
import TestSupport
import Testing

/// The recipes of Documentation/resources.md about joins, constraints and lookups, on a real database.
struct MembersTests {
  private static let schema = """
    CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL);
    INSERT INTO people VALUES (1, 'b@b.co'), (2, 'a@b.co');
    CREATE TABLE groups (id int PRIMARY KEY);
    INSERT INTO groups VALUES (1), (2);
    CREATE TABLE memberships (group_id int REFERENCES groups, user_id int REFERENCES people,
      role text NOT NULL DEFAULT 'guest', PRIMARY KEY (group_id, user_id));
    """

  @Test func `members are added and listed, and every constraint has its answer`() async throws {
    try await withAPI(schema: Self.schema, Members()) { api in
      #expect(await api.put("/groups/1/members/1").description == "204")
      #expect(await api.put("/groups/1/members/2").description == "204")
      #expect(await api.put("/groups/1/members/2").description == #"409 {"detail":"Already a member"}"#)
      #expect(await api.put("/groups/1/members/3").description == #"404 {"detail":"User not found"}"#)
      #expect(await api.put("/groups/3/members/1").description == #"404 {"detail":"Group not found"}"#)
      #expect(
        await api.get("/groups/1/members/").description
          == #"200 [{"email":"a@b.co","role":"guest"},{"email":"b@b.co","role":"guest"}]"#)
      #expect(await api.get("/groups/2/members/").description == "200 []")
    }
  }

  @Test func `the documentation shows this very code`() throws {
    #expect(Recipes.page.contains("```swift\n\(contents(of: "\(Recipes.folder)/Members.swift"))```"))
  }
}
