import Glibc
import TestSupport
import Testing

/// --api-keys: who may do what, told by real processes; PostgreSQL behind them.
@Suite(.ownThread) struct KeyTests {
  private func database() async throws -> String {
    let cluster = try await PostgreSQLCluster.shared()
    return cluster.url(try cluster.makeDatabase())
  }

  private static let user = #"{"email":"a@b.co","name":"A"}"#

  @Test func `a new key is told on standard error, and its line on standard output`() throws {
    let keys = try KeyFileOnDisk()
    let key = try keys.add("ci", "writer", expires: "2099-01-31")
    #expect(key.wholeMatch(of: /roster_[0-9a-f]{64}/) != nil)
    let lines = contents(of: keys.path).split(separator: "\n")
    #expect(lines.count == 2)
    #expect(lines[1].wholeMatch(of: /ci writer 2099-01-31 sha256:[0-9a-f]{64}/) != nil)
    // sha256sum agrees on what the hash is.
    try ChildProcess.run(["sh", "-c", #"printf %s "$0" | sha256sum"#, key], log: "\(keys.folder)/sum")
    #expect(lines[1].hasSuffix("sha256:" + contents(of: "\(keys.folder)/sum").prefix(64)))
  }

  @Test func `a key whose line cannot be written is not shown`() throws {
    let keys = try KeyFileOnDisk()
    let script = #""$@" >/dev/full"#
    let child = try ChildProcess.start(
      ["sh", "-c", script, "sh", Program.path, "key", "new", "ci", "--role", "reader"], log: "\(keys.folder)/log")
    #expect(child.wait() == 1)
    #expect(contents(of: "\(keys.folder)/log").contains("could not be written, so there is no key: No space left"))
    #expect(!contents(of: "\(keys.folder)/log").contains("roster_"))
  }

  @Test(arguments: [[], ["--workers", "2"]])
  func `with keys, every operation needs one, and writing a writer's`(arguments: [String]) async throws {
    let keys = try KeyFileOnDisk()
    let (reader, writer) = (try keys.add("r", "reader"), try keys.add("w", "writer"))
    let old = try keys.add("o", "writer", expires: "2020-01-31")
    let roster = try RunningProgram(
      ["--api-keys", keys.path, "--log-level", "debug"] + arguments, database: try await database())
    let refused = try roster.ask("GET", "/users/")
    #expect(refused.head.hasPrefix("Status: 401 Unauthorized\r\n"))
    #expect(refused.head.contains("\r\nWWW-Authenticate: Bearer\r\n"))
    #expect(refused.text == #"{"detail":"Not authenticated"}"#)
    #expect(try roster.ask("GET", "/users/", key: "roster_0").text.contains("Invalid authentication"))
    #expect(try roster.ask("GET", "/users/", key: old).text.contains("Expired authentication"))
    #expect(try roster.ask("POST", "/users/", Self.user, key: reader).head.hasPrefix("Status: 403 Forbidden"))
    #expect(try roster.ask("GET", "/users/", key: reader).text == "[]")
    #expect(try roster.ask("POST", "/users/", Self.user, key: writer).text.contains(#""email":"a@b.co""#))
    #expect(try roster.ask("GET", "/users/1", key: reader).text.contains(#""email":"a@b.co""#))
    // Whose key it was is in the log; the key is not, nor its hash.
    #expect(try roster.says("a request has a key expired=false key=w"))
    for line in contents(of: keys.path).split(separator: "\n") {
      #expect(!roster.log.contains(line.suffix(64)))
    }
    for key in [reader, writer, old] { #expect(!roster.log.contains(key.suffix(64))) }
  }

  @Test func `SIGHUP reads the keys again, and requests go on meanwhile`() async throws {
    let keys = try KeyFileOnDisk()
    let first = try keys.add("first", "writer")
    let roster = try RunningProgram(database: try await database(), environment: ["ROSTER_API_KEYS=\(keys.path)"])
    #expect(try roster.ask("GET", "/users/", key: first).text == "[]")
    let second = try keys.add("second", "reader")
    #expect(try roster.ask("GET", "/users/", key: second).head.hasPrefix("Status: 401"), "not read before SIGHUP")
    try keys.remove("first")
    let kept = try roster.connect()
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("has been read again; keys: 1") ? true : nil }
    kept.send(RunningProgram.request("GET", "/users/", key: second))
    #expect(try kept.answer().text == "[]", "a connection from before")
    #expect(try roster.ask("GET", "/users/", key: first).head.hasPrefix("Status: 401"))
  }

  @Test func `a file that cannot be used changes nothing, and the log says why`() async throws {
    let keys = try KeyFileOnDisk()
    let key = try keys.add("ci", "writer")
    let text = contents(of: keys.path)
    let roster = try RunningProgram(["--api-keys", keys.path], database: try await database())
    #expect(try roster.ask("GET", "/users/", key: key).text == "[]")
    try keys.write(text + "dash admin - sha256:0\n")
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("cannot be used: the keys stay what they were") ? true : nil }
    #expect(try roster.says("\(keys.path):3: the role must be reader or writer"))
    #expect(try roster.ask("GET", "/users/", key: key).text == "[]")
    #expect(unlink(keys.path) == 0)
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("\(keys.path): No such file or directory") ? true : nil }
    #expect(try roster.ask("GET", "/users/", key: key).text == "[]")
    #expect(try roster.ask("GET", "/users/").head.hasPrefix("Status: 401"))
    try keys.write(text)
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("has been read again; keys: 1") ? true : nil }
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }

  @Test func `SIGHUP to the supervisor brings the keys of now, unless the file cannot be used`() async throws {
    let keys = try KeyFileOnDisk()
    let first = try keys.add("first", "reader")
    let roster = try RunningProgram(["--api-keys", keys.path, "--workers", "2"], database: try await database())
    #expect(try roster.ask("GET", "/users/", key: first).text == "[]")
    let text = contents(of: keys.path)
    try keys.write(text + "nonsense\n")
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("the reload was given up") ? true : nil }
    #expect(try roster.says("\(keys.path):3: a key has four fields"))
    for _ in 0..<10 { #expect(try roster.ask("GET", "/users/", key: first).text == "[]") }
    try keys.write(text)
    let second = try keys.add("second", "reader")
    try keys.remove("first")
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("reloaded workers=2") == 1 ? true : nil }
    _ = try roster.workers(2)  // those of before have gone
    for _ in 0..<10 { #expect(try roster.ask("GET", "/users/", key: second).text == "[]") }
    for _ in 0..<10 { #expect(try roster.ask("GET", "/users/", key: first).head.hasPrefix("Status: 401")) }
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }

  @Test(arguments: ["serve --listen unix:FOLDER/s", "serve --listen unix:FOLDER/s --workers 2", "check"])
  func `a file that cannot be used stops the start with 78`(command: String) async throws {
    let keys = try KeyFileOnDisk()
    let key = try keys.add("ci", "writer")
    let arguments = command.replacing("FOLDER", with: keys.folder).split(separator: " ").map { String($0) }
    let database = "DATABASE_URL=\(try await database())"
    try keys.write("ci writer - \(key)\nx\n")
    let result = try Program.run(arguments + ["--api-keys", keys.path], [database])
    #expect(result.status == 78)
    #expect(result.output.contains("roster: \(keys.path):1: this is a key and not its hash"))
    #expect(result.output.contains("\n\(keys.path):2: a key has four fields, NAME ROLE EXPIRES HASH; there are 1"))
    #expect(!result.output.contains(key))
    let missing = try Program.run(arguments, [database, "ROSTER_API_KEYS=/nonexistent/keys"])
    #expect(missing.status == 78)
    #expect(missing.output.contains("roster: /nonexistent/keys: No such file or directory"))
    #expect(try Program.run(arguments + ["--api-keys", ""], [database]).status == 78)
  }

  @Test func `without any key, nobody is let in`() async throws {
    let keys = try KeyFileOnDisk()
    let roster = try RunningProgram(["--api-keys", keys.path], database: try await database())
    #expect(try roster.ask("GET", "/users/").head.hasPrefix("Status: 401"))
    #expect(try roster.says("\(keys.path) has no key: every request is refused"))
  }

  @Test func `a CGI program asks for the key as well`() async throws {
    let keys = try KeyFileOnDisk()
    let key = try keys.add("ci", "reader")
    let environment = [
      "DATABASE_URL=\(try await database())", "GATEWAY_INTERFACE=CGI/1.1", "REQUEST_METHOD=GET",
      "REQUEST_URI=/users/", "ROSTER_LOG_LEVEL=critical", "ROSTER_API_KEYS=\(keys.path)",
    ]
    #expect(try Program.run(["serve"], environment).output.hasPrefix("Status: 401 Unauthorized"))
    #expect(try Program.run(["serve"], environment + ["HTTP_AUTHORIZATION=Bearer \(key)"]).output.hasSuffix("[]"))
  }

  @Test func `a key that was taken away is refused although the rest of a reload fails`() async throws {
    let keys = try KeyFileOnDisk()
    let (first, second) = (try keys.add("first", "reader"), try keys.add("second", "reader"))
    let program = "\(keys.folder)/roster"
    try ChildProcess.run(["ln", "-s", Program.path, program])
    let roster = try RunningProgram(["--api-keys", keys.path], database: try await database(), program: program)
    #expect(try roster.ask("GET", "/users/", key: first).text == "[]")
    try ChildProcess.run(["ln", "-sfn", "/bin/false", program])
    try keys.remove("first")
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("the reload was given up") ? true : nil }
    #expect(try roster.ask("GET", "/users/", key: first).head.hasPrefix("Status: 401"))
    try keys.remove("second")
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("the reload was given up") == 2 ? true : nil }
    #expect(try roster.ask("GET", "/users/", key: second).head.hasPrefix("Status: 401"))
  }
}
