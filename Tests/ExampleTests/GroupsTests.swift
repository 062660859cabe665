import EventLoop
import Logging
import PostgreSQL
import TestSupport
import Testing
import WebAPI

/// The second resource of Documentation/resources.md, on a real database.
struct GroupsTests {
  /// Answers one request after another on a new database.
  private func answers(_ requests: [Request]) async throws -> [String] {
    let cluster = try await PostgreSQLCluster.shared()
    let configuration = try DatabaseConfiguration(url: cluster.url(try cluster.makeDatabase()))
    return try await onLoop {
      var options = PoolOptions()
      // Not to be met by chance, on a machine that has much else to do.
      (options.timeout, options.busyTimeout) = (.seconds(60), .seconds(60))
      let pool = Pool(configuration, options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      pool.start()
      try await pool.withSession { session in
        _ = try await session.execute(
          "CREATE TABLE groups (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, title text NOT NULL)")
      }
      #expect(try await pool.check(Groups().statements).isEmpty)
      let api = API(title: "Groups", version: "1", Groups().operations(Depends { pool.session() }))
      #expect(api.problems().isEmpty)
      var answers: [String] = []
      for request in requests {
        let response = await api.respond(to: request)
        answers.append("\(response.status) \(String(decoding: response.body, as: UTF8.self))")
      }
      await pool.close()
      return answers
    }
  }

  @Test func `a group is created and read, validated, and missed`() async throws {
    func post(_ body: String) -> Request {
      Request(method: "POST", target: "/groups/", contentType: "application/json", body: Array(body.utf8))
    }
    let empty =
      #"{"type":"string_too_short","loc":["body","title"],"msg":"String should have at least 1 character","#
      + #""input":"","ctx":{"min_length":1}}"#
    #expect(
      try await answers([
        post(#"{"title":"Friends"}"#), Request(method: "GET", target: "/groups/1"),
        Request(method: "GET", target: "/groups/2"), post(#"{"title":""}"#),
      ]) == [
        #"201 {"id":1,"title":"Friends"}"#, #"200 {"id":1,"title":"Friends"}"#, #"404 {"detail":"Group not found"}"#,
        #"422 {"detail":[\#(empty)]}"#,
      ])
  }

  @Test func `the documentation shows this very resource, in under a hundred lines`() throws {
    let folder = #filePath.prefix(upTo: #filePath.lastIndex(of: "/") ?? #filePath.endIndex)
    let code = contents(of: "\(folder)/Groups.swift")
    #expect(code.split(separator: "\n", omittingEmptySubsequences: false).count < 100)
    #expect(contents(of: "\(folder)/../../Documentation/resources.md").contains("```swift\n\(code)```"))
  }
}
