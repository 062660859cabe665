import Glibc
import TestSupport
import Testing

/// Workers that are stopped by the kernel, as if they hung in an endless loop.
@Suite(.ownThread) struct WatchTests {
  private func roster(_ arguments: [String], environment: [String] = []) async throws -> RunningProgram {
    let cluster = try await PostgreSQLCluster.shared()
    let roster = try RunningProgram(
      arguments, database: cluster.url(try cluster.makeDatabase()), environment: environment)
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    return roster
  }

  @Test func `workers that do not answer are replaced, one after another`() async throws {
    let roster = try await roster(["--workers", "2"])
    let stopped = try roster.workers(2)
    let clock = ContinuousClock()
    let began = clock.now
    for worker in stopped { kill(worker, SIGSTOP) }
    try Poll.until { try roster.workers.contains { !stopped.contains($0) } ? true : nil }
    // 7 s after it was heard, which on a busy machine may have been a while before.
    #expect(clock.now - began > .seconds(5))
    #expect(clock.now - began < .seconds(12))
    try Poll.until { try Set(roster.workers(2)).isDisjoint(with: stopped) ? true : nil }
    #expect(roster.count("has not answered for") == 2)
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }

  @Test func `a worker that is stopped before it accepts connections is replaced`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    // A database that says nothing: a worker that has knocked has begun, and waits.
    let silent = try UnixListener("\(folder)/.s.PGSQL.5432")
    let roster = try RunningProgram(
      ["--workers", "1"], database: "postgresql:///x?host=\(folder)", environment: ["ROSTER_POOL_TIMEOUT=60"])
    try silent.waitForClient()
    let worker = try roster.workers(1)[0]
    let clock = ContinuousClock()
    let began = clock.now
    kill(worker, SIGSTOP)
    try Poll.until { try roster.workers.contains(worker) ? nil : true }
    #expect(clock.now - began < .seconds(12))
    #expect(roster.count("has not answered for") == 1)
    #expect(try roster.workers(1) != [worker])
    #expect(roster.count("serving") == 0)
    withExtendedLifetime(silent) {}
  }

  @Test func `nobody is replaced because everybody was stopped`() async throws {
    let roster = try await roster(["--workers", "2"])
    let workers = try roster.workers(2)
    let all = workers + [try roster.id]
    for process in all { kill(process, SIGSTOP) }
    sleep(9)  // longer than a worker may be silent; nothing is waited for here
    for process in all.reversed() { kill(process, SIGCONT) }
    // A worker that is stopped from now on shows that the supervisor looks again.
    kill(workers[0], SIGSTOP)
    try Poll.until { try roster.workers(2).contains(workers[0]) ? nil : true }
    #expect(try roster.workers(2).contains(workers[1]))
    #expect(roster.count("has not answered for") == 1)
  }

  @Test func `where debuggers are permitted, a worker may be stopped for long`() async throws {
    let roster = try await roster(["--workers", "2"], environment: ["ROSTER_CORE_FILES=1"])
    let worker = try roster.workers(2)[0]
    kill(worker, SIGSTOP)
    sleep(9)  // as above
    kill(worker, SIGCONT)
    #expect(try roster.workers(2).contains(worker))
    #expect(roster.count("has not answered for") == 0)
  }
}
