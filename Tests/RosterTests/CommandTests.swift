import TestSupport
import Testing

@testable import roster

@Suite(.ownThread) struct CommandTests {
  @Test(
    arguments: [
      (["serve", "--nonsense"], 64, "Unknown option '--nonsense'"), (["nonsense"], 64, "nonsense"),
      (["serve"], 64, "There is no socket"), (["serve", "--listen", "x"], 64, "unix:PATH, HOST:PORT"),
      (["serve", "--listen", "unix:/tmp/x", "--workers", "0"], 64, "--workers must be from 1 to 256, not 0"),
      (["serve", "--listen", "unix:/tmp/x", "--socket-mode", "9"], 64, "--socket-mode must be octal"),
      (["serve", "--listen", "unix:/tmp/x", "--socket-group", "none-here"], 64, "There is no group 'none-here'"),
      (["serve", "--listen", "unix:/tmp/x", "--user", "nobody-here"], 64, "There is no user 'nobody-here'"),
      (["check", "--database-url", "postgresql://u:secret@h:x/d"], 64, "DATABASE_URL is malformed"),
      (["check", "--pool-size", "0"], 64, "--pool-size must be from 1 to 1000"),
      (["check", "--database-url", "host=/nonexistent"], 69, "No such file or directory"),
      (["key", "new", "a b", "--role", "reader"], 64, "There is no key: the name must have 1 to 48 letters"),
      (["key", "new", "a", "--role", "admin"], 64, "'reader' and 'writer'"),
      (["key", "new", "a", "--role", "reader", "--expires", "soon"], 64, "the expiry must be a date like"),
      (["openapi", "--root-path", "/api/"], 0, #"},"servers":[{"url":"/api"}],"paths":{"#),
      (["openapi", "--root-path", "/"], 0, #"},"paths":{"#),
      (["serve", "--listen", "unix:/tmp/x", "--root-path", "api"], 64, "--root-path must be a path such as /api"),
      (["openapi", "--max-name-length", "255"], 0, #""name":{"type":"string","maxLength":255,"title":"Name"}"#),
      (["openapi"], 0, #""name":{"type":"string","title":"Name"}"#),
      (["serve", "--listen", "unix:/tmp/x", "--max-name-length", "0"], 64, "--max-name-length must be from 1 to"),
      (["openapi", "--root-path", "/a/../b"], 64, "--root-path must be a path such as /api"),
      (["nginx-params"], 0, "# No operation reads a field that roster/fastcgi.conf does not hand on."),
      (["--version"], 0, "0.1.0"), (["--help"], 0, "serve"), (["serve", "--help"], 0, "[ROSTER_LISTEN]"),
    ] as [([String], Int32, String)])
  func `what cannot be done is said, with the right status`(
    arguments: [String], status: Int32, message: String
  ) throws {
    let result = try Program.run(arguments)
    #expect(result.status == status)
    #expect(result.output.contains(message))
    #expect(!result.output.contains("secret"))
  }

  @Test func `a variable is as good as an option, and named where it is wrong`() throws {
    let result = try Program.run(["check"], ["ROSTER_POOL_SIZE=many"])
    #expect(result.status == 64)
    #expect(
      result.output.contains("The environment variable ROSTER_POOL_SIZE has the value 'many', which is invalid."))
    #expect(try Program.run(["check"], ["ROSTER_POOL_SIZE=0"]).output.contains("must be from 1"))
  }

  @Test func `init-db makes the tables, and check finds them`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let database = cluster.url(try cluster.makeDatabase())
    let before = try Program.run(["check"], ["DATABASE_URL=\(database)"])
    #expect(before.status == 78)
    #expect(before.output.contains(#"relation "users" does not exist"#))
    #expect(try Program.run(["init-db"], ["DATABASE_URL=\(database)"]).status == 0)
    #expect(try Program.run(["init-db"], ["DATABASE_URL=\(database)"]).status == 0)
    #expect(try Program.run(["check"], ["DATABASE_URL=\(database)"]).status == 0)
  }

  @Test func `a worker's command line has nothing that concerns the supervisor, and no password`() {
    let (arguments, databaseURL) = Generation.workerArguments([
      "roster", "serve", "--workers", "2", "--listen=unix:/x", "--echo", "--user", "u", "--database-url=a=b",
      "--env-file", "/e", "--socket-mode", "0600", "--socket-group", "g", "--pool-size", "3",
    ])
    #expect(arguments == ["roster", "serve", "--echo", "--pool-size", "3"])
    #expect(databaseURL == "a=b")
  }
}
