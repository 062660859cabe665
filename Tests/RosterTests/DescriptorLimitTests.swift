import Glibc
import TestSupport
import Testing

/// Connections that ask for nothing, more of them than there are places; the program as a process of its own.
@Suite(.ownThread) struct DescriptorLimitTests {
  /// A hard limit of 300 descriptors: 300 less 64 and two for each of the pool's two connections.
  private func start(_ workers: [String], soft: Int) throws -> RunningProgram {
    try RunningProgram(
      workers, database: "host=/nonexistent",
      under: ["sh", "-c", "ulimit -Sn \(soft); ulimit -Hn 300; exec \"$@\"", "sh"])
  }

  private func limits(_ process: pid_t) -> [Substring] {
    let lines = contents(of: "/proc/\(process)/limits").split(separator: "\n")
    return lines.first { $0.hasPrefix("Max open files") }?.split(separator: " ").dropFirst(3).prefix(2).map { $0 }
      ?? []
  }

  private func isServed(_ roster: RunningProgram) throws -> Bool {
    try roster.ask("GET", "/livez").text == #"{"status":"ok"}"#
  }

  @Test(arguments: [[], ["--workers", "2"]])
  func `the limit is raised, and a crowd that asks for nothing costs itself its own`(workers: [String]) throws {
    let roster = try start(workers, soft: 100)
    #expect(try isServed(roster))
    for process in workers.isEmpty ? [try roster.id] : try roster.workers(2) {
      #expect(limits(process) == ["300", "300"])
    }
    #expect(try roster.says("at most 232 connections, since this process may have 300 descriptors"))
    let crowd = try (0..<1000).map { _ in try roster.connect() }
    for _ in 0..<20 { #expect(try isServed(roster)) }
    let lines = roster.count("connections are as many as there may be: those without a request end")
    #expect((1...8).contains(lines), "a line and a sum for each process, not one for each connection")
    withExtendedLifetime(crowd) {}
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }

  @Test func `where descriptors are short all the same, the crowd makes way too`() throws {
    let roster = try start([], soft: 300)
    #expect(try isServed(roster))
    let crowd = try (0..<100).map { _ in try roster.connect() }
    try Poll.until { try descriptors(roster.id) > 100 ? true : nil }
    try ChildProcess.run(["prlimit", "--pid", "\(try roster.id)", "--nofile=60:60"])
    for _ in 0..<20 { #expect(try isServed(roster)) }
    #expect(try roster.says("connections cannot be accepted: Too many open files"))
    withExtendedLifetime(crowd) {}
  }

  private func descriptors(_ process: pid_t) -> Int {
    var count = 0
    guard let folder = opendir("/proc/\(process)/fd") else { return 0 }
    defer { closedir(folder) }
    while readdir(folder) != nil { count += 1 }
    return count
  }
}
