import Glibc
import TestSupport
import Testing

@Suite(.ownThread) struct LogFileTests {
  @Test(arguments: [[], ["--workers", "2"]])
  func `a log that is rotated under load loses no line and splits none`(_ workers: [String]) async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let cluster = try await PostgreSQLCluster.shared()
    let roster = try RunningProgram(
      workers + ["--log-file", "\(folder)/log", "--echo"], database: cluster.url(try cluster.makeDatabase()))
    let rounds = 20
    for round in 1...rounds {
      for number in 1...10 { #expect(try roster.ask("GET", "/users/\(round * 100 + number)").status == 0) }
      #expect(rename("\(folder)/log", "\(folder)/log.\(round)") == 0)
      try roster.signal(SIGUSR1)
      try Poll.until { access("\(folder)/log", F_OK) == 0 ? true : nil }
    }
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    let logs = (1...rounds).map { contents(of: "\(folder)/log.\($0)") } + [contents(of: "\(folder)/log")]
    #expect(logs.allSatisfy { $0.isEmpty || $0.hasSuffix("\n") })
    let lines = logs.joined().split(separator: "\n")
    #expect(lines.filter { $0.contains("WHERE id = ANY") && $0.contains("[") }.count >= rounds * 10)
    for line in lines { #expect(line.hasPrefix("20") && line.contains("Z "), "\(line)") }
    #expect(roster.log == "")
  }

  @Test func `a link is not followed, and the old file goes on where no new one can be`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    try ChildProcess.run(["ln", "-s", "\(folder)/elsewhere", "\(folder)/link"])
    let link = try Program.run(["serve", "--listen", "unix:\(folder)/s", "--log-file", "\(folder)/link"])
    #expect(link.output.contains("a link, which is not followed"))
    #expect(link.status == 78)
    #expect(access("\(folder)/elsewhere", F_OK) != 0)

    let roster = try RunningProgram(["--log-file", "\(folder)/log"], database: "postgresql:///r?host=/nowhere")
    _ = try roster.ask("GET", "/livez")
    try ChildProcess.run(["sh", "-c", "mv \(folder)/log \(folder)/old; mkdir \(folder)/log"])
    try roster.signal(SIGUSR1)
    try Poll.until { contents(of: "\(folder)/old").contains("Is a directory; the old file goes on") ? true : nil }
    #expect(try roster.ask("GET", "/livez").status == 0)
  }
}
