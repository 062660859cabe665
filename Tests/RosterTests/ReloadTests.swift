import Glibc
import Synchronization
import TestSupport
import Testing

/// SIGHUP: a new program and a new configuration, one worker after another.
@Suite(.ownThread) struct ReloadTests {
  private func database() async throws -> String {
    let cluster = try await PostgreSQLCluster.shared()
    return cluster.url(try cluster.makeDatabase())
  }

  private func write(_ text: String, to path: String) throws {
    guard let file = fopen(path, "w") else { throw ChildProcess.Failure("\(path): \(errno)") }
    fputs(text, file)
    fclose(file)
    chmod(path, 0o644)  // whatever the umask: a file that others may write is refused
  }

  /// Whose program a process runs.
  private func program(of process: pid_t) throws -> String {
    guard let path = realpath("/proc/\(process)/exe", nil) else { throw ChildProcess.Failure("\(process): \(errno)") }
    defer { free(path) }
    return String(cString: path)
  }

  @Test func `a reload takes the program that the path leads to now, and what the file of variables says now`()
    async throws
  {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let (link, new, file) = ("\(folder)/roster", "\(folder)/new", "\(folder)/variables")
    try ChildProcess.run(["ln", "-s", Program.path, link])
    try write("ROSTER_WORKERS=2\n", to: file)
    let roster = try RunningProgram(["--env-file", file], database: try await database(), program: link)
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    let before = try roster.workers(2)
    for worker in before { #expect(try program(of: worker) == Program.path) }

    try ChildProcess.run(["cp", Program.path, new])
    try ChildProcess.run(["ln", "-sfn", new, link])
    try write("# more\nROSTER_WORKERS='3'\n", to: file)
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("reloaded") == 1 ? true : nil }
    let after = try roster.workers(3)
    for worker in after {
      #expect(try program(of: worker) == new)
      #expect(!before.contains(worker))
    }
    #expect(try roster.ask("GET", "/users/").text == "[]")

    try write("ROSTER_WORKERS=1\n", to: file)
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("reloaded") == 2 ? true : nil }
    _ = try roster.workers(1)
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }

  @Test(arguments: [
    ("rm \"$1\"", "cannot be executed: No such file or directory"),
    ("ln -sfn /bin/false \"$1\"", "ended with status 1"),
    ("ln -sfn /dev/null \"$1\"", "cannot be executed: Permission denied"),
    ("rm \"$1\"; echo nonsense >\"$1\"; chmod +x \"$1\"", "it cannot be started: Exec format error"),
    ("rm \"$1\"; ln -s /bin/sleep \"$1\"", "ended with status"),
  ])
  func `a program that does not work replaces nothing, not even a worker that dies later`(
    damage: String, reason: String
  ) async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let link = "\(folder)/roster"
    try ChildProcess.run(["ln", "-s", Program.path, link])
    let roster = try RunningProgram(["--workers", "2"], database: try await database(), program: link)
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    let before = try roster.workers(2)
    try ChildProcess.run(["sh", "-c", damage, "sh", link])
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("the reload was given up, and the workers that run go on") == 1 ? true : nil }
    #expect(try roster.says(reason))
    #expect(try roster.workers(2) == before)
    kill(before[1], SIGKILL)
    try Poll.until { roster.count("serving") == 3 ? true : nil }
    for worker in try roster.workers(2) { #expect(try program(of: worker) == Program.path) }
    #expect(try roster.ask("GET", "/users/").text == "[]")
  }

  @Test func `a configuration that does not work replaces nothing`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let (file, misfit) = ("\(folder)/variables", try await database())
    try ChildProcess.run([
      "psql", "-qX", "-c", "CREATE TABLE users (id bigint, email text, name text, created_at timestamp)", misfit,
    ])
    try write("", to: file)
    let roster = try RunningProgram(["--env-file", file, "--workers", "2"], database: try await database())
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    let before = try roster.workers(2)
    let cases = [
      ("ROSTER_POOL_SIZE=0", "--pool-size must be from 1 to 1000"), ("nonsense", "line 1: it must be NAME=VALUE"),
      ("DATABASE_URL=host=/nonexistent", "cannot use its database"),
      ("DATABASE_URL=\(misfit)", "the database does not fit this program"),
      ("ROSTER_DRAIN_TIMEOUT=never", "ROSTER_DRAIN_TIMEOUT has the value 'never'"),
    ]
    for (number, (text, reason)) in cases.enumerated() {
      try write("\(text)\n", to: file)
      try roster.signal(SIGHUP)
      try Poll.until { roster.count("the reload was given up") == number + 1 ? true : nil }
      #expect(try roster.says(reason))
      #expect(try roster.workers(2) == before)
      #expect(try roster.ask("GET", "/users/").text == "[]")
    }
    try write("", to: file)
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("reloaded") == 1 ? true : nil }
    #expect(Set(try roster.workers(2)).isDisjoint(with: before))
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }

  @Test(.enabled(if: getuid() == 0, "only root gives up the right to read a file"))
  func `a file of variables that cannot be read again is told at the start`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let file = "\(folder)/variables"
    try write("ROSTER_WORKERS=1\n", to: file)
    chmod(file, 0o600)
    let roster = try RunningProgram(["--env-file", file, "--user", "nobody"], database: try await database())
    #expect(try roster.ask("GET", "/users/").head.hasPrefix("Status: "))
    #expect(try roster.says("\(file) cannot be read by this user"))
    let before = try roster.workers(1)
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("Permission denied") ? true : nil }
    #expect(try roster.workers(1) == before)
    #expect(try roster.ask("GET", "/users/").head.hasPrefix("Status: "))
  }

  private final class Load: Sendable {
    let answered = Atomic(0)
    let failures = Mutex<[String]>([])
  }

  @Test func `reloads under load, behind nginx: every request is answered`() async throws {
    let stack = try await Stack.shared()
    let supervisor = try stack.supervisor
    let (reloads, clients, requests) = (4, 8, 500)
    let load = Load()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<clients {
        group.addTask {
          let http = try stack.client()
          for number in 0..<requests {
            let body = #"{"email":"reload\#(client).\#(number)@b.co","name":"N"}"#
            let answer =
              number % 2 == 0 ? try http.send("POST", "/users/", body) : try http.send("GET", "/users/?limit=1")
            if answer.status != 200 { load.failures.withLock { $0.append("\(answer)") } }
            load.answered.add(1, ordering: .relaxed)
          }
        }
      }
      group.addTask {
        for reload in 1...reloads {
          let due = reload * clients * requests / (reloads + 1)
          try Poll.until { load.answered.load(ordering: .relaxed) >= due ? true : nil }
          kill(supervisor, SIGHUP)
        }
      }
      try await group.waitForAll()
    }
    #expect(load.failures.withLock { $0 } == [])
    let count = load.answered.load(ordering: .relaxed)
    #expect(count == clients * requests)
    // SIGHUPs that come while a reload is under way count as one.
    try Poll.until { stack.count("reloaded") > 0 && stack.count("reloading") == stack.count("reloaded") ? true : nil }
    #expect(stack.count("given up") == 0)
  }
}
