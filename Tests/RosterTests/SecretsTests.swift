import Glibc
import TestSupport
import Testing

/// What the program must keep to itself: the database's password from everybody, the database's words from clients.
@Suite(.ownThread) struct SecretsTests {
  private static let password = "s3cr3t-w0rd"
  private static let loud = ["--echo", "--log-level", "trace", "--pool-timeout", "1"]

  /// A cluster that asks role ann for her password.
  private static let cluster = Task {
    let folder = try makeTemporaryFolder()
    let rules = "printf 'local all postgres trust\\nlocal all all scram-sha-256\\nhost all all all scram-sha-256\\n'"
    try ChildProcess.run(["sh", "-c", "chmod 755 $0 && \(rules) >$0/hba", folder])
    let cluster = try PostgreSQLCluster(settings: ["hba_file=\(folder)/hba"])
    try ChildProcess.run(["psql", "-qX", "-c", "CREATE ROLE ann LOGIN PASSWORD '\(password)'", cluster.url()])
    return cluster
  }

  /// The name of a new database of ann's.
  private func database() async throws -> String {
    let cluster = try await Self.cluster.value
    let name = try cluster.makeDatabase()
    try ChildProcess.run(["psql", "-qX", "-c", "ALTER DATABASE \(name) OWNER TO ann", cluster.url()])
    return name
  }

  /// The addresses of a database, over the socket and over TCP.
  private func spellings(_ password: String, _ database: String) async throws -> [String] {
    let cluster = try await Self.cluster.value
    return [
      "postgresql://ann:\(password)@/\(database)?host=\(cluster.folder)&port=\(cluster.port)",
      "postgresql+asyncpg://ann:\(password)@127.0.0.1:\(cluster.port)/\(database)",
      "host=\(cluster.folder) port=\(cluster.port) user=ann password=\(password) dbname=\(database)",
    ]
  }

  @Test func `a password that is right is used and never shown, whatever is logged`() async throws {
    for address in try await spellings(Self.password, database()) {
      for arguments in [["init-db"], ["check"]] {
        let result = try Program.run(arguments + Self.loud, ["DATABASE_URL=\(address)"])
        #expect(result.status == 0)
        #expect(!result.output.contains(Self.password))
      }
      let roster = try RunningProgram(Self.loud + ["--workers", "2"], database: address)
      _ = try roster.ask("POST", "/users/", #"{"email":"a@b.co","name":"A"}"#)
      #expect(try roster.ask("GET", "/users/1").text.contains("a@b.co"))
      try roster.signal(SIGTERM)
      #expect(roster.wait() == 0)
      #expect(try roster.says("INSERT INTO users") && roster.log.contains("user=ann"))
      #expect(!roster.log.contains(Self.password))
    }
  }

  @Test func `a password that is wrong is refused, and not shown either`() async throws {
    for address in try await spellings("wr0ng-w0rd", database()) {
      let check = try Program.run(["check"] + Self.loud, ["DATABASE_URL=\(address)"])
      #expect(check.status == 69)
      #expect(check.output.contains(#"password authentication failed for user "ann""#))
      #expect(!check.output.contains("wr0ng-w0rd"))
      let roster = try RunningProgram(Self.loud, database: address)
      let answer = try roster.ask("GET", "/users/")
      #expect(answer.text == #"{"detail":"Service Unavailable"}"#)
      try Poll.until { roster.log.contains("password authentication failed") ? true : nil }
      #expect(!roster.log.contains("wr0ng-w0rd"))
    }
  }

  @Test(arguments: [
    "postgresql://ann:s3cr3t-w0rd@127.0.0.1:1/hers", "postgresql://ann:s3cr3t-w0rd@nowhere.invalid/hers",
    "postgresql://ann:s3cr3t-w0rd@/hers?host=/nonexistent", "host=/nonexistent password=s3cr3t-w0rd sslmode=nonsense",
    "postgresql://ann:x@s3cr3t-w0rd@127.0.0.1/hers", "postgresql://ann:1/s3cr3t-w0rd@127.0.0.1/hers",
    "postgresql://ann:s3cr3t-w0rd@127.0.0.1:port/hers", "postgresql://ann:s3cr3t-w0rd/hers",
  ])
  func `a database that cannot be reached, and an address that is wrong, are told without the password`(
    address: String
  ) throws {
    let result = try Program.run(["check"] + Self.loud, ["DATABASE_URL=\(address)"])
    #expect(result.status == 69 || result.status == 64)
    #expect(result.output.count > 20)
    #expect(!result.output.contains(Self.password))
  }

  @Test(arguments: [
    // What has happened to the database since the start, the name that is stored, the answer.
    ("ALTER TABLE users RENAME name TO title", "A", "503 Service Unavailable"),
    ("DROP TABLE users CASCADE", "A", "503 Service Unavailable"),
    ("ALTER TABLE users ADD CONSTRAINT secret_rule CHECK (name <> 'No')", "No", "422 Unprocessable"),
    ("ALTER TABLE users ALTER name TYPE varchar(3)", "Four", "422 Unprocessable"),
    ("REVOKE ALL ON users FROM PUBLIC, ann", "A", "503 Service Unavailable"),
    ("INSERT INTO users (email, name) VALUES ('a@b.co', 'secret_name')", "A", "400 Bad Request"),
    ("ALTER DATABASE x SET default_transaction_read_only = on", "A", "503 Service Unavailable"),
  ])
  func `what the database says is for the log, not for clients`(change: String, name: String, status: String)
    async throws
  {
    let database = try await database()
    let owner = try await Self.cluster.value.url(database)
    let roster = try RunningProgram(database: try #require(try await spellings(Self.password, database).first))
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try ChildProcess.run([
      "psql", "-qX", "-v", "ON_ERROR_STOP=1", "-c", change.replacing("DATABASE x", with: "DATABASE \(database)"),
      "-c",
      // Settings of a database are those of new connections.
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ann' AND datname = current_database()",
      owner,
    ])
    let answer = try Poll.until {
      let answer = try roster.ask("POST", "/users/", #"{"email":"a@b.co","name":"\#(name)"}"#)
      return answer.head.hasPrefix("Status: \(status)") ? answer : nil
    }
    let bodies = [
      "422": #"{"detail":[{"type":""#, "400": #"{"detail":"Email already exists"}"#,
      "503": #"{"detail":"Service Unavailable"}"#,
    ]
    #expect(answer.text.hasPrefix(try #require(bodies[String(status.prefix(3))])))
    #expect(!answer.text.contains("secret_rule") && !answer.text.contains("varying"))
    let names = answer.head.split(separator: "\r\n").map { $0.prefix { $0 != ":" } }
    #expect(Set(names).isSubset(of: ["Status", "Content-Type", "Content-Length", "Retry-After"]))
  }

  @Test func `a line of the log is one line, whatever a request has in it`() async throws {
    let database = try await database()
    let roster = try RunningProgram(database: try #require(try await spellings(Self.password, database).first))
    #expect(try roster.ask("GET", "/users/").text == "[]")
    let owner = try await Self.cluster.value.url(database)
    try ChildProcess.run(["psql", "-qX", "-c", "DROP TABLE users CASCADE", owner])
    // Spaces around a number are none, so this is user 1.
    _ = try Poll.until { try roster.ask("GET", "/users/%0A%0D%091").head.hasPrefix("Status: 503") ? true : nil }
    #expect(try roster.says("42P01 relation"))
    let lines = roster.log.split(separator: "\n")
    #expect(lines.allSatisfy { $0.hasPrefix("20") && $0.contains("Z ") && !$0.contains("\r") && !$0.contains("\t") })
  }
}
