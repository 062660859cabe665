import TestSupport
import Testing

@testable import roster

struct UnknownSettingTests {
  private func nearest(_ environment: String...) -> [String] {
    UnknownSetting.all(among: environment).map { "\($0.variable) \($0.nearest)" }
  }

  @Test(arguments: [
    ("ROSTER_POOLSIZE", "ROSTER_POOL_SIZE"), ("ROSTER_POOL_SIZ", "ROSTER_POOL_SIZE"),
    ("ROSTER_WROKERS", "ROSTER_WORKERS"), ("roster_workers", "ROSTER_WORKERS"),
    ("ROSTER_DATABASE_URL", "DATABASE_URL"), ("ROSTER_DB_URL", "DATABASE_URL"),
    ("ROSTER_LOGLEVEL", "ROSTER_LOG_LEVEL"),
    ("ROSTER_MAX_BODY_SIZE", "ROSTER_MAX_BODY"), ("ROSTER_TIMEOUT", "ROSTER_POOL_TIMEOUT"),
    ("DATABASE_ULR", "DATABASE_URL"), ("DATABSE_URL", "DATABASE_URL"),
    ("FCGI_WEB_SERVER_ADDR", "FCGI_WEB_SERVER_ADDRS"),
  ])
  func `a slip of the pen is told with what was meant`(variable: String, meant: String) {
    #expect(nearest("PATH=/bin", "\(variable)=1") == ["\(variable) \(meant)"])
  }

  @Test func `every setting is known, and so is what has nothing to do with them`() {
    #expect(UnknownSetting.all(among: SettingText.all.map { "\($0.variable)=1" }).isEmpty)
    #expect(nearest("ROSTER=/usr/bin/roster", "PGHOST=/x", "HOME=/", "DATABASE=x", "WORKERS=2", "EMPTY", "=").isEmpty)
    #expect(nearest("DATABASE_URI=a", "DATABASE_URL=b").isEmpty, "another program's, beside ours")
  }

  @Test func `what Kubernetes says of a service named roster is no setting of ours`() {
    #expect(
      nearest(
        "ROSTER_SERVICE_HOST=10.0.0.1", "ROSTER_SERVICE_PORT=9000", "ROSTER_SERVICE_PORT_FCGI=9000",
        "ROSTER_PORT=tcp://10.0.0.1:9000", "ROSTER_PORT_9000_TCP=tcp://10.0.0.1:9000",
        "ROSTER_PORT_9000_TCP_PROTO=tcp", "ROSTER_PORT_9000_TCP_PORT=9000", "ROSTER_PORT_9000_TCP_ADDR=10.0.0.1",
        "ROSTER_DB_SERVICE_HOST=10.0.0.2"
      ).isEmpty)
    #expect(nearest("ROSTER_PORT=9000").count == 1)
  }

  @Test func `neither its value nor that of a setting is told`() throws {
    let variables = ["ROSTER_DATABASE_URL=postgresql://u:s3cret@h/d", "DATABASE_URL=host=/nonexistent"]
    let result = try Program.run(["check", "--pool-timeout", "0"], variables)
    #expect(
      result.output.contains(
        "the variable ROSTER_DATABASE_URL is no setting and has no effect; the nearest setting is DATABASE_URL"))
    #expect(!result.output.contains("s3cret"))
  }

  @Test func `a service that runs all the same says it once, and again when a reload brings another`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let database = cluster.url(try cluster.makeDatabase())
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    try ChildProcess.run(["sh", "-c", "umask 077; echo ROSTER_POOLSIZE=3 >\"$0\"", "\(folder)/file"])
    let roster = try RunningProgram(["--workers", "2", "--env-file", "\(folder)/file"], database: database)
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    #expect(try roster.count("ROSTER_POOLSIZE is no setting", atLeast: 1) == 1)
    try ChildProcess.run(["sh", "-c", "echo ROSTER_EHCO=1 >\"$0\"", "\(folder)/file"])
    try roster.signal(1)
    try Poll.until { roster.log.contains("reloaded") ? true : nil }
    let advice = "ROSTER_EHCO is no setting and has no effect; the nearest setting is ROSTER_ECHO"
    #expect(try roster.count(advice, atLeast: 1) == 1)
  }
}
