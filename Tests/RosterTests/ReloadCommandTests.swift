import Glibc
import TestSupport
import Testing

@testable import roster

/// `roster reload`: what came of it.
@Suite(.ownThread) struct ReloadCommandTests {
  private let folder: Folder

  /// A folder that is removed with the test.
  private final class Folder {
    let path: String
    init() throws { path = try makeTemporaryFolder() }
    deinit { try? ChildProcess.run(["rm", "-rf", path]) }
  }

  init() throws { folder = try Folder() }

  private func database() async throws -> String {
    let cluster = try await PostgreSQLCluster.shared()
    return cluster.url(try cluster.makeDatabase())
  }

  /// Writes the file of variables.
  private func write(_ text: String) throws {
    try ChildProcess.run(["sh", "-c", #"umask 022; echo "$1" >"$2""#, "sh", text, variables])
  }

  private var variables: String { "\(folder.path)/variables" }

  /// A service that serves, with the file of variables.
  private func serving(_ arguments: [String], program: String = Program.path) async throws -> RunningProgram {
    try write("")
    let roster = try RunningProgram(
      ["--env-file", variables] + arguments, database: try await database(), program: program)
    #expect(try roster.ask("GET", "/users/").text == "[]")
    return roster
  }

  private func reload(_ process: pid_t, _ more: [String] = []) throws -> (status: Int32, output: String) {
    try Program.run(["reload", "--wait", "--pid", "\(process)"] + more)
  }

  /// How many have asked the process and wait.
  private func connections(_ process: pid_t) -> Int {
    let sockets = contents(of: "/proc/net/unix").ranges(of: "\(ControlSocket.name(of: process))\n")
    return sockets.count - 1  // one listens
  }

  // MARK: What came of it

  @Test func `when it ends with 0, new workers serve`() async throws {
    let file = "\(folder.path)/pid"
    let roster = try await serving(["--workers", "2", "--pid-file", file])
    let before = try roster.workers(2)
    let (status, output) = try Program.run(["reload", "--wait", "--pid-file", file])
    #expect(output == "ok: process \(try roster.id) has reloaded\n")
    #expect(status == 0)
    #expect(try roster.workers.filter { !before.contains($0) }.count == 2)
    #expect(try roster.count("reloaded", atLeast: 1) == 1)
  }

  @Test func `a responder by itself reloads, and then as a supervisor`() async throws {
    let roster = try await serving([])
    try write("nonsense")
    let refused = try reload(try roster.id)
    #expect(refused.output.contains("line 1: it must be NAME=VALUE"))
    #expect(refused.status == 1)
    #expect(try roster.workers == [])
    try write("")
    for _ in 0..<2 { #expect(try reload(try roster.id).status == 0) }
    #expect(try roster.ask("GET", "/users/").text == "[]")
  }

  @Test func `settings that do not work are told, in one line`() async throws {
    let misfit = try await database()
    try ChildProcess.run([
      "psql", "-qX", "-c", "CREATE TABLE users (id bigint, email text, name text, created_at timestamp)", misfit,
    ])
    let roster = try await serving(["--workers", "2"])
    let before = try roster.workers(2)
    let cases = [
      ("ROSTER_POOL_SIZE=0", "--pool-size must be from 1 to 1000"), ("nonsense", "line 1: it must be NAME=VALUE"),
      ("DATABASE_URL=host=/nonexistent", "it cannot use its database: "),
      ("DATABASE_URL=\(misfit)", "the database does not fit this program"),
      ("ROSTER_DRAIN_TIMEOUT=never", "ROSTER_DRAIN_TIMEOUT has the value 'never'"),
    ]
    for (text, reason) in cases {
      try write(text)
      let (status, output) = try reload(try roster.id)
      #expect(output.hasPrefix("roster: the reload was given up, and the workers that run go on: "))
      #expect(output.contains(reason))
      #expect(output.filter(\.isNewline).count == 1)
      #expect(status == 1)
      #expect(try roster.workers(2) == before)
    }
  }

  @Test(arguments: [
    ("rm \"$1\"", "cannot be executed: No such file or directory"),
    ("ln -sfn /bin/false \"$1\"", "worker 1 ended with status 1 before it was ready; the log may say why"),
    ("ln -sfn /dev/null \"$1\"", "cannot be executed: Permission denied"),
  ])
  func `a program that does not work is told`(damage: String, reason: String) async throws {
    let link = "\(folder.path)/roster"
    try ChildProcess.run(["ln", "-s", Program.path, link])
    let roster = try await serving(["--workers", "1"], program: link)
    try ChildProcess.run(["sh", "-c", damage, "sh", link])
    let (status, output) = try reload(try roster.id)
    #expect(output.contains(reason))
    #expect(status == 1)
  }

  @Test func `while one is under way, those who ask hear of the one that follows, and that is one`() async throws {
    let roster = try await serving(["--workers", "1"])
    let (old, process) = (try roster.workers(1)[0], try roster.id)
    kill(old, SIGSTOP)  // it will not end when it is told to, and so neither will the first reload
    #expect(try reload(process).status == 0)

    try write("ROSTER_POOL_SIZE=0")
    let asking = try (0..<2).map { number in
      try ChildProcess.start(
        [Program.path, "reload", "--wait", "--pid", "\(process)"], log: "\(folder.path)/asking\(number)")
    }
    try Poll.until { connections(process) == 2 ? true : nil }
    kill(old, SIGCONT)
    for (number, asker) in asking.enumerated() {
      #expect(asker.wait() == 1)
      #expect(contents(of: "\(folder.path)/asking\(number)").contains("--pool-size must be from 1 to 1000"))
    }
    #expect(try roster.count("reloading", atLeast: 2) == 2)
  }

  @Test func `a service that ends meanwhile tells nothing`() async throws {
    let roster = try await serving(["--workers", "1"])
    let process = try roster.id
    kill(process, SIGSTOP)
    let asking = try ChildProcess.start(
      [Program.path, "reload", "--wait", "--pid", "\(process)"], log: "\(folder.path)/asking")
    try Poll.until { connections(process) == 1 ? true : nil }
    kill(process, SIGKILL)
    #expect(asking.wait() == 69)
    #expect(contents(of: "\(folder.path)/asking") == "roster: process \(process) has ended before it told\n")
  }

  // MARK: Nobody who could

  /// As somebody who would like to be asked in the place of another.
  private func listen(_ name: String) throws -> Int32 {
    let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    let address = try #require(LocalAddress(name))
    #expect(address.withPointer { bind(descriptor, $0, $1) } == 0)
    #expect(Glibc.listen(descriptor, 1) == 0)
    return descriptor
  }

  @Test func `what is no such process is left alone`() async throws {
    let roster = try await serving(["--workers", "1"])
    let (worker, process) = (try roster.workers(1)[0], try roster.id)
    let taken = try listen(ControlSocket.name(of: worker))
    defer { close(taken) }
    for other in [getpid(), worker] {
      let (status, output) = try reload(other)
      #expect(output == "roster: process \(other) is none of roster serve that can be asked from here\n")
      #expect(status == 69)
    }
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    let dead = try reload(process)
    #expect(dead.output == "roster: there is no process \(process)\n")
    #expect(dead.status == 69)
  }

  @Test func `who does not tell in time is not waited for`() async throws {
    let roster = try await serving(["--workers", "1"])
    kill(try roster.id, SIGSTOP)
    defer { try? roster.signal(SIGCONT) }
    let (status, output) = try reload(try roster.id, ["--timeout", "0.3"])
    #expect(output == "roster: process \(try roster.id) has not told within 0.3 seconds: its log will\n")
    #expect(status == 69)
  }

  @Test(.enabled(if: getuid() == 0, "only root can be somebody else"))
  func `the service of another user is asked by root alone`() async throws {
    let roster = try await serving(["--workers", "1"])
    let reload = "reload --wait --pid \(try roster.id)"
    let script = #"setpriv --reuid=www-data --regid=www-data --clear-groups "$0" "$@""#
    let log = "\(folder.path)/other"
    let other = try ChildProcess.start(
      ["sh", "-c", script, Program.path] + reload.split(separator: " ").map(String.init), log: log)
    #expect(other.wait() == 69)
    #expect(contents(of: log) == "roster: process \(try roster.id) is another user's\n")
    #expect(roster.count("reloading") == 0)
  }

  @Test func `without --wait it is only asked`() async throws {
    let roster = try await serving(["--workers", "1"])
    let (status, output) = try Program.run(["reload", "--pid", "\(try roster.id)"])
    #expect(output == "asked: process \(try roster.id) is to reload\n")
    #expect(status == 0)
    #expect(try roster.count("reloaded", atLeast: 1) == 1)
  }

  @Test func `it must be said which process`() throws {
    for arguments in [[], ["--pid", "1", "--pid-file", "x"], ["--pid", "0"], ["--pid", "x"]] {
      #expect(try Program.run(["reload"] + arguments).status == 64)
    }
    let missing = try Program.run(["reload", "--pid-file", "/nowhere/pid"])
    #expect(missing.output == "roster: /nowhere/pid: No such file or directory\n")
    #expect(missing.status == 69)
    try write("four")
    let nonsense = try Program.run(["reload", "--pid-file", variables])
    #expect(nonsense.output == "roster: \(variables) has no number of a process\n")
    #expect(nonsense.status == 69)
  }

  @Test func `an outcome is told as a whole or not at all`() {
    for outcome in [ReloadOutcome.done, .givenUp(reason: "because"), .givenUp(reason: "")] {
      #expect(ReloadOutcome(outcome.bytes) == outcome)
    }
    #expect(ReloadOutcome([]) == nil)
    #expect(ReloadOutcome([7]) == nil)
  }
}
