import Glibc
import TestSupport
import Testing

/// The database's password stays in the process.
@Suite(.ownThread) struct SecrecyTests {
  private static let address = "postgresql://nobody:secret-word@localhost:1/none"

  @Test(arguments: [["--database-url", address], ["--database-url=\(address)"]], [[], ["--workers", "2"]])
  func `an address on the command line is not shown by ps`(option: [String], workers: [String]) throws {
    let roster = try RunningProgram(option + workers, database: "")
    _ = try roster.ask("GET", "/users/")
    let processes = try [roster.id] + (workers.isEmpty ? [] : roster.workers(2))
    for process in processes {
      let line = contents(of: "/proc/\(process)/cmdline")
      #expect(line.contains("serve"))
      #expect(!line.contains("secret-word"))
    }
    #expect(roster.log.contains("nobody"), "that address was used")
    #expect(!roster.log.contains("secret-word"))
  }

  /// Linux gives the files of a process whose memory is closed to root.
  @Test(arguments: [true, false])
  func `memory is closed to core files and to others of the same user, unless it was asked for`(isClosed: Bool) throws
  {
    let user = getuid() == 0 ? ["--user", "nobody"] : []
    let roster = try RunningProgram(
      user + ["--workers", "2"], database: Self.address, environment: isClosed ? [] : ["ROSTER_CORE_FILES=1"])
    _ = try roster.ask("GET", "/users/")
    for worker in try roster.workers(2) {
      var info = stat()
      #expect(stat("/proc/\(worker)/environ", &info) == 0)
      #expect((info.st_uid == 0) == isClosed)
    }
  }
}
