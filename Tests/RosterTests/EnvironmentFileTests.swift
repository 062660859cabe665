import FileTrust
import Glibc
import TestSupport
import Testing

@testable import roster

struct EnvironmentFileTests {
  private func parse(_ text: String) throws -> [String] {
    try EnvironmentFile.parse(text).map { "\($0.name)=\($0.value)" }
  }

  @Test func `lines are variables, comments or empty`() throws {
    let lines = [
      "", "# a comment", " ;x", " A_1=b c \r", "\tEMPTY=", ##"_x='  $a\"# '"##, #"Y="it's""#,
      "URL=host=/x options=a#b",
    ]
    #expect(
      try parse(lines.joined(separator: "\n")) == [
        "A_1=b c", "EMPTY=", ##"_x=  $a\"# "##, "Y=it's", "URL=host=/x options=a#b",
      ])
  }

  @Test(arguments: [
    "NAME", "=x", "1A=x", "A B=x", "export A=x", "A=a\\b", "A=it's", "A='x", "A='x'y", "A=\"a\\b\"", "A='", "Ä=x",
  ])
  func `what readers would understand differently is refused, with its line`(line: String) {
    let error = #expect(throws: EnvironmentFile.Failure.self) { try EnvironmentFile.parse("OK=1\n\(line)\n") }
    #expect(error?.description.hasPrefix("line 2: ") == true)
  }

  @Test func `a file must be there, small, and text`() {
    for path in ["/nonexistent", "/proc/self/exe", "/dev/zero", "/tmp"] {
      #expect(throws: (any Error).self) { try EnvironmentFile.read(path, TrustedUsers(geteuid())) }
    }
  }

  /// What `roster check` says of a file that has been given these rights, and one that names the service's user.
  private func check(_ script: String, _ arguments: [String] = []) throws -> (status: Int32, output: String) {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let make = "umask 022; cd \"$0\"; mkdir d; echo DATABASE_URL=host=/nonexistent >d/f; chmod 640 d/f\n"
    try ChildProcess.run(["sh", "-ec", make + script, folder])
    let result = try Program.run(["check", "--env-file", "\(folder)/d/f", "--pool-timeout", "0.1"] + arguments)
    return (result.status, result.output.replacing(folder, with: "FOLDER"))
  }

  @Test func `a file that only root and its user write is taken`() throws {
    #expect(try check("").status == 69)  // no database
    let readable = try check("chmod 644 d/f")
    #expect(readable.status == 69)
    #expect(readable.output.contains("FOLDER/d/f: every user of this system may read it: chmod o-rwx FOLDER/d/f"))
  }

  @Test(arguments: [
    ("chmod 666 d/f", "d/f (mode 0666)"), ("chmod 660 d/f", "d/f (mode 0660)"), ("chmod 777 d", "d (mode 0777)"),
  ])
  func `a file that others may write, or exchange, is refused`(script: String, place: String) throws {
    let result = try check(script)
    #expect(result.status == 64)
    #expect(
      result.output.contains("--env-file FOLDER/d/f: others than its owner may write in FOLDER/\(place): chmod go-w"))
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"))
  func `a file of somebody else's is refused, but that of user is not`() throws {
    for script in ["chown nobody d/f", "chown nobody d"] {
      let result = try check(script)
      #expect(result.status == 64)
      #expect(result.output.contains(" belongs to user nobody, who could change it: chown -h root FOLDER/d"))
      #expect(try check(script + "; chmod 644 d/f", ["--user", "nobody"]).status == 69)
      #expect(try check(script, ["--user", "www-data"]).status == 64)
    }
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"))
  func `a file cannot say itself whose word counts`() throws {
    #expect(try check("echo ROSTER_USER=nobody >>d/f; chown nobody d/f").status == 64)
  }
}
