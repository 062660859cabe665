import TestSupport
import Testing

@Suite(.ownThread) struct BoundsOptionsTests {
  @Test(arguments: [(["--max-name-length", "3"], []), (["--workers", "1"], ["ROSTER_MAX_NAME_LENGTH=3"])])
  func `a name is bounded for who wants that, in the service and in what it says of itself`(
    arguments: [String], environment: [String]
  ) async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let database = cluster.url(try cluster.makeDatabase())
    let program = try RunningProgram(arguments, database: database, environment: environment)
    _ = try program.connect()

    let created = try program.ask("POST", "/users/", #"{"email":"a@b.co","name":"abc"}"#)
    #expect(created.text.hasPrefix(#"{"email":"a@b.co","name":"abc","id":1,"#), "\(created.text)")
    for (method, path, body) in [
      ("POST", "/users/", #"{"email":"b@b.co","name":"abcd"}"#),
      ("PUT", "/users/1", #"{"email":"a@b.co","name":"abcd"}"#),
      ("PATCH", "/users/1", #"{"name":"abcd"}"#),
    ] {
      let refused = try program.ask(method, path, body)
      #expect(refused.head.hasPrefix("Status: 422"))
      #expect(refused.text.contains(#""type":"string_too_long","loc":["body","name"]"#))
    }
    #expect(try program.ask("GET", "/openapi.json").text.contains(#"{"type":"string","maxLength":3,"title":"Name"}"#))
  }
}
