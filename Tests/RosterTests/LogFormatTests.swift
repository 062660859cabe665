import Glibc
import TestSupport
import Testing
import WebAPI

@testable import roster

@Suite(.ownThread) struct LogFormatTests {
  @Test(arguments: [nil, "", ":", "8:", ":9", "8", "8:9:1", "-8:9", "8: 9", "x:9"])
  func `what is no JOURNAL_STREAM is none`(text: String?) {
    #expect(JournalStream(text).map { _ in true } == nil)
  }

  @Test func `a descriptor is the journal's where device and inode are`() throws {
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    defer { for end in ends { close(end) } }
    var status = stat()
    #expect(fstat(ends[1], &status) == 0)
    #expect(JournalStream("\(status.st_dev):\(status.st_ino)")?.isDescriptor(ends[1]) == true)
    #expect(JournalStream("\(status.st_dev):\(status.st_ino + 1)")?.isDescriptor(ends[1]) == false)
    #expect(JournalStream("\(status.st_dev + 1):\(status.st_ino)")?.isDescriptor(ends[1]) == false)
    #expect(JournalStream("\(status.st_dev):\(status.st_ino)")?.isDescriptor(-1) == false)
  }

  private static let nowhere = "postgresql:///r?host=/nowhere"

  /// The lines of a service with workers, from its start to its end.
  private func lines(_ arguments: [String], _ environment: [String] = []) throws -> [Substring] {
    let roster = try RunningProgram(["--workers", "1"] + arguments, database: Self.nowhere, environment: environment)
    #expect(try roster.ask("GET", "/livez").head.hasPrefix("Status: 200"))
    try roster.signal(SIGHUP)  // is given up: no database
    #expect(try roster.says("given up"))
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    let lines = roster.log.split(separator: "\n")
    #expect(lines.count >= 5)
    return lines
  }

  @Test(arguments: [
    [], ["ROSTER_LOG_FORMAT=auto", "JOURNAL_STREAM=1:2"], ["ROSTER_LOG_FORMAT=text", "JOURNAL_STREAM=x"],
  ])
  func `by default, and where the journal is elsewhere, lines are for people`(environment: [String]) throws {
    for line in try lines([], environment) {
      #expect(line.wholeMatch(of: /2[0-9]{3}-[0-9-]+T[0-9:.]+Z [a-z]+ \[[0-9]+\] .+/) != nil, "\(line)")
    }
  }

  @Test func `in json every line of every process is an object`() throws {
    for line in try lines(["--log-format", "json"]) {
      let object = try JSONParser.parse(Array(line.utf8))
      for key in ["time", "level", "msg", "pid"] { #expect(object[key] != nil, "\(line)") }
    }
  }

  @Test func `in logfmt every line of every process is pairs`() throws {
    for line in try lines([], ["ROSTER_LOG_FORMAT=logfmt"]) {
      #expect(
        line.wholeMatch(of: /time=2[^ ]+Z level=[a-z]+ msg=("(?:[^"\\]|\\.)*"|[^ "=]+) pid=[0-9]+.*/) != nil,
        "\(line)")
    }
  }

  /// The log is a socket whose numbers are in JOURNAL_STREAM, as systemd has it.
  @Test func `the journal gets priorities and no time`() throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let script = """
      import os, socket, subprocess, sys
      ours, theirs = socket.socketpair()
      status = os.fstat(theirs.fileno())
      os.environ["JOURNAL_STREAM"] = f"{status.st_dev}:{status.st_ino}"
      subprocess.run(sys.argv[1:], stderr=theirs, timeout=60)
      theirs.close()
      print(ours.makefile().read(), end="")
      """
    let command = [
      Program.path, "serve", "--listen", "unix:\(folder)/s", "--database-url", Self.nowhere, "--api-keys",
      "\(folder)/none",
    ]
    let output = "\(folder)/output"
    #expect(try ChildProcess.start(["python3", "-c", script] + command, log: output).wait() == 0)
    let lines = contents(of: output).split(separator: "\n")
    #expect(lines.contains { $0.wholeMatch(of: /<6>info \[[0-9]+\] listening on .*/) != nil }, "\(lines)")
    #expect(lines.last?.wholeMatch(of: /<2>critical \[[0-9]+\] .*none.*/) != nil, "\(lines)")
  }

  @Test func `why a start fails is told in the format as well`() throws {
    let arguments = ["serve", "--listen", "unix:/nowhere/s", "--api-keys", "/nowhere/k", "--log-format", "json"]
    let run = try Program.run(arguments)
    #expect(run.status == 69)
    let object = try JSONParser.parse(Array(run.output.split(separator: "\n").last.map { $0.utf8 } ?? "".utf8[...]))
    #expect(object["level"] == .string("critical"))
    #expect(try Program.run(Array(arguments.dropLast(2))).output.contains("roster: "))
  }

  @Test func `a format that there is not is refused`() throws {
    let run = try Program.run(["serve", "--log-format", "xml"])
    #expect(run.status == 64)
    #expect(run.output.contains("'text', 'logfmt', 'json' and 'auto'") || run.output.contains("auto"))
  }
}
