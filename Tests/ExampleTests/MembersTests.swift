import EventLoop
import Logging
import PostgreSQL
import TestSupport
import Testing
import WebAPI

/// The recipes of Documentation/resources.md about columns, constraints and lookups, on a real database.
struct MembersTests {
  private static let tables: [SQL] = [
    "CREATE TABLE people (id int PRIMARY KEY, email text NOT NULL)", "CREATE TABLE groups (id int PRIMARY KEY)",
    """
    CREATE TABLE memberships (group_id int REFERENCES groups, user_id int REFERENCES people,
      role text NOT NULL DEFAULT 'guest', PRIMARY KEY (group_id, user_id))
    """,
    "INSERT INTO people VALUES (1, 'b@b.co'), (2, 'a@b.co')", "INSERT INTO groups VALUES (1), (2)",
  ]

  @Test func `members are added and listed, and every constraint has its answer`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let configuration = try DatabaseConfiguration(url: cluster.url(try cluster.makeDatabase()))
    try await onLoop {
      var options = PoolOptions()
      // Not to be met by chance, on a machine that has much else to do.
      (options.timeout, options.busyTimeout) = (.seconds(60), .seconds(60))
      let pool = Pool(configuration, options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      pool.start()
      for table in Self.tables { try await pool.session().execute(table) }
      #expect(try await pool.check(Members.statements).allSatisfy { $0.severity == .note })
      let api = API(title: "Members", version: "1", Members.operations(Depends { pool.session() }))
      func answer(_ method: String, _ target: String) async -> String {
        let response = await api.respond(to: Request(method: method, target: target))
        return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
      }
      #expect(await answer("PUT", "/groups/1/members/1") == "204 ")
      #expect(await answer("PUT", "/groups/1/members/2") == "204 ")
      #expect(await answer("PUT", "/groups/1/members/2") == #"409 {"detail":"Already a member"}"#)
      #expect(await answer("PUT", "/groups/1/members/3") == #"404 {"detail":"User not found"}"#)
      #expect(await answer("PUT", "/groups/3/members/1") == #"404 {"detail":"Group not found"}"#)
      #expect(
        await answer("GET", "/groups/1/members/")
          == #"200 [{"email":"a@b.co","role":"guest"},{"email":"b@b.co","role":"guest"}]"#)
      #expect(await answer("GET", "/groups/2/members/") == "200 []")
      await pool.close()
    }
  }

  @Test func `the documentation shows this very code`() throws {
    let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
    let code = contents(of: "\(folder)/Members.swift")
    #expect(contents(of: "\(folder)/../../Documentation/resources.md").contains("```swift\n\(code)```"))
  }
}
