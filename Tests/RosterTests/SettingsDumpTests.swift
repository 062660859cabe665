import Glibc
import TestSupport
import Testing

@testable import roster

/// `roster check --dump`: what is in force, and why.
@Suite(.ownThread) struct SettingsDumpTests {
  /// The dump with a file of these lines.
  private func dump(
    _ lines: [String], _ arguments: [String] = [], _ environment: [String] = []
  ) throws -> (status: Int32, output: String) {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let write = "umask 077; printf '%s\\n' \"$@\" >\"$0\""
    try ChildProcess.run(["sh", "-c", write, "\(folder)/file"] + lines)
    let run = try Program.run(
      ["check", "--dump", "--log-level", "critical", "--env-file", "\(folder)/file"] + arguments, environment)
    return (run.status, run.output)
  }

  private func assignments(_ dump: String) -> [String] {
    dump.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
  }

  @Test func `each setting stands below its origin`() throws {
    let (status, dump) = try dump(
      ["ROSTER_POOL_SIZE=3", "ROSTER_LISTEN=", "ROSTER_DRAIN_TIMEOUT=1.50", "TZ=UTC"], ["--echo", "--max-body", "0"],
      ["ROSTER_LISTEN=unix:/x", "ROSTER_POOL_SIZE=4", "ROSTER_POOL_QUEUE=5", "ROSTER_WORKERS="])
    #expect(status == 0)
    for entry in [
      "# env-file\nROSTER_POOL_SIZE=3\n", "# default: inherited sockets\nROSTER_LISTEN=\n",
      "# env-file\nROSTER_DRAIN_TIMEOUT=1.5\n", "# command line\nROSTER_ECHO=1\n",
      "# command line\nROSTER_MAX_BODY=0\n", "# variable\nROSTER_POOL_QUEUE=5\n",
      "# default: this process alone\nROSTER_WORKERS=\n", "# default\nROSTER_MAX_MEMORY=67108864\n",
      "# not shown, of the env-file: TZ\n",
    ] {
      #expect(dump.contains(entry), "\(entry) in \(dump)")
    }
  }

  @Test(arguments: [
    [], ["DATABASE_URL=postgresql://u:s3cret@h:5433,[::1]:5434/d?sslmode=require&sslpassword=s3cret"],
    ["DATABASE_URL=postgresql+asyncpg://u:s3cret@/d?host=h:1&ssl=true&prepared_statement_cache_size=0"],
    [#"DATABASE_URL="host=/a dbname='x y' password='s3cret x' options='-c a=b'""#],
    ["PGHOST=/x", "PGPASSWORD=s3cret", "PGOPTIONS='-c search_path=\"a b\"'", "PGUSER=\"it's\""],
    ["ROSTER_LISTEN='unix:/a b'", "ROSTER_ROOT_PATH=/api", "ROSTER_API_KEYS=/k", "ROSTER_SOCKET_MODE=600"],
    ["ROSTER_POOL_RECYCLE=0.001", "ROSTER_ECHO=yes", "ROSTER_UNNAMED_STATEMENTS=true", "ROSTER_LOG_LEVEL=debug"],
    ["FCGI_WEB_SERVER_ADDRS=127.0.0.1, ::1", "ROSTER_CORE_FILES=1", "ROSTER_MAX_MEMORY=99999999"],
  ])
  func `fed back as a file, it makes the same settings, but for passwords`(lines: [String]) throws {
    let first = try dump(lines)
    #expect(first.status == 0, "\(first.output)")
    #expect(!first.output.contains("s3cret"))
    let second = try dump(first.output.split(separator: "\n").map(String.init))
    #expect(second.status == 0, "\(second.output)")
    #expect(assignments(second.output) == assignments(first.output))
    let elsewhere = try dump(
      first.output.split(separator: "\n").map(String.init), [], ["ROSTER_POOL_SIZE=7", "ROSTER_LISTEN=unix:/x"])
    #expect(assignments(elsewhere.output) == assignments(first.output), "the file wins over the environment")
  }

  @Test func `what a URL says of statements is in force, and said to come from it`() throws {
    let output = try dump(["DATABASE_URL=postgresql+asyncpg://h/d?prepared_statement_cache_size=0"]).output
    #expect(output.contains("# env-file: DATABASE_URL\nROSTER_UNNAMED_STATEMENTS=1\n"))
  }

  @Test func `a value that no line can have is named, not shown as another`() {
    let setting = SettingInForce("ROSTER_LISTEN", "unix:/it's \"x\"", .variable)
    let dump = SettingsDump.text([setting], ["PGHOST=a\nb"], SettingOrigins(file: []))
    #expect(
      dump == """
        # variable
        # ROSTER_LISTEN has a value that no line of a file can have
        # variable
        # PGHOST has a value that no line of a file can have

        """)
  }

  @Test func `a dump asks no database`() throws {
    let result = try dump(["DATABASE_URL=host=/nonexistent"])
    #expect(result.status == 0)
    #expect(result.output.contains("# env-file\nDATABASE_URL='postgresql://?host=/nonexistent'\n"))
  }
}
