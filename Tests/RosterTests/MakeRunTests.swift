import Glibc
import TestSupport
import Testing

/// What `make run` calls, where it is not left alone. `Stack` is the same where it is.
@Suite(.ownThread) struct MakeRunTests {
  /// A folder, ports, and each `nginx/run` that uses them.
  private struct Place {
    let folder: String
    let port: UInt16
    let tlsPort: UInt16

    init() throws {
      folder = try makeTemporaryFolder()
      port = try freePort()
      tlsPort = try freePort()
    }

    var state: String { "\(folder)/state" }

    func start(_ environment: [String] = [], log: String) throws -> ChildProcess {
      let variables = ["PORT=\(port)", "TLS_PORT=\(tlsPort)", "STATE_DIR=\(state)", "ROSTER=\(Program.path)"]
      return try ChildProcess.start(
        ["env", "-u", "DATABASE_URL", "WORKERS=1"] + variables + environment + ["\(Program.project)/nginx/run"],
        log: "\(folder)/\(log)")
    }

    func says(_ log: String) -> String { contents(of: "\(folder)/\(log)") }

    func startsServing(log: String) throws -> ChildProcess {
      let child = try start(log: log)
      try Poll.until { says(log).contains("\nready") ? true : nil }
      return child
    }

    /// No process works in the folder any more.
    func waitUntilEmpty() throws {
      let isEmpty = #"! readlink /proc/[0-9]*/cwd | grep -q "^$0""#
      try Poll.until { try ChildProcess.start(["sh", "-c", isEmpty, state]).wait() == 0 ? true : nil }
    }
  }

  @Test func `killed, it leaves no process behind, and the next one goes on with the data`() throws {
    let place = try Place()
    defer { try? ChildProcess.run(["rm", "-rf", place.folder]) }
    let killed = try place.startsServing(log: "killed")
    let user = #"{"email":"a@b.co","name":"A"}"#
    #expect(try HTTPClient(port: place.port).send("POST", "/users/", user).status == 200)
    kill(killed.id, SIGKILL)
    #expect(killed.wait() == 128 + SIGKILL)
    try place.waitUntilEmpty()

    let next = try place.startsServing(log: "next")
    #expect(try HTTPClient(port: place.port).send("GET", "/users/1").body.contains(#""email":"a@b.co""#))
    // At once, while what this one leaves is still ending.
    kill(next.id, SIGKILL)
    let last = try place.startsServing(log: "last")
    kill(last.id, SIGTERM)
    #expect(last.wait() == 0)
    try place.waitUntilEmpty()
  }

  @Test func `a second one says who is there, and Ctrl-C ends the first`() throws {
    let place = try Place()
    defer { try? ChildProcess.run(["rm", "-rf", place.folder]) }
    let first = try place.startsServing(log: "first")
    #expect(try place.start(log: "second").wait() == 1)
    #expect(place.says("second").contains("nginx/run: another `make run` (pid \(first.id)) is using \(place.state)."))
    #expect(try place.start(["STATE_DIR=\(place.folder)/other"], log: "ports").wait() == 1)
    #expect(place.says("ports").contains("nginx/run: port \(place.port) of 127.0.0.1 is in use by another program."))
    let ours = #"test -z "$(find "$0/log" "$0/lock" -type f ! -perm 600)""#
    #expect(try ChildProcess.start(["sh", "-c", ours, place.state]).wait() == 0, "logs and the lock are ours alone")
    kill(first.id, SIGINT)
    #expect(first.wait() == 0)
    #expect(place.says("first").hasSuffix("stopping   nginx, roster, PostgreSQL\n"))
    try place.waitUntilEmpty()
  }

  @Test func `it ends when one of its services does`() throws {
    let place = try Place()
    defer { try? ChildProcess.run(["rm", "-rf", place.folder]) }
    for name in ["nginx", "roster", "postgres"] {
      let child = try place.startsServing(log: "without \(name)")
      let id = try #require(pid_t(contents(of: "\(place.state)/run/\(name).pid").prefix { $0.isNumber }))
      kill(id, SIGKILL)
      #expect(child.wait() == 1)
      #expect(place.says("without \(name)").contains("nginx/run: \(name) ended by itself (status 137)."))
      try place.waitUntilEmpty()
    }
  }
}
