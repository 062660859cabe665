import Glibc
import TestSupport
import Testing

/// What launchers want of a process: its number in a file, a newline when it serves, and more or fewer workers.
@Suite(.ownThread) struct ProcessOptionsTests {
  private func database() async throws -> String {
    let cluster = try await PostgreSQLCluster.shared()
    return cluster.url(try cluster.makeDatabase())
  }

  @Test(arguments: [[], ["--workers", "1"]])
  func `the pid file has the number of the process that takes signals, while it serves`(_ workers: [String])
    async throws
  {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let path = "\(folder)/roster.pid"
    try ChildProcess.run(["sh", "-c", "echo 1 >\(path)"])  // what one has left that was killed
    let roster = try RunningProgram(workers + ["--pid-file", path], database: try await database())
    #expect(try roster.ask("GET", "/users/").text == "[]")
    #expect(contents(of: path) == "\(try roster.id)\n")
    for worker in try roster.workers { kill(worker, SIGKILL) }
    #expect(try roster.ask("GET", "/livez").text.contains("ok"))
    #expect(contents(of: path) == "\(try roster.id)\n")
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    #expect(access(path, F_OK) != 0)
  }

  @Test func `another process's pid file is left alone`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let path = "\(folder)/roster.pid"
    let roster = try RunningProgram(["--pid-file", path], database: try await database())
    _ = try roster.ask("GET", "/livez")
    try ChildProcess.run(["sh", "-c", "echo 7 >\(path).new; mv \(path).new \(path)"])
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    #expect(contents(of: path) == "7\n")
  }

  @Test func `a pid file, a log or a descriptor that cannot be is an error`() throws {
    let listen = ["serve", "--listen", "unix:/tmp/roster-\(getpid())-never.sock"]
    let file = try Program.run(listen + ["--pid-file", "/nowhere/roster.pid"])
    #expect(file.output == "roster: /nowhere/roster.pid: the pid file cannot be made: No such file or directory\n")
    #expect(file.status == 78)
    let log = try Program.run(listen + ["--log-file", "/nowhere/roster.log"])
    #expect(log.output == "roster: /nowhere/roster.log: the log cannot be written there: No such file or directory\n")
    #expect(log.status == 78)
    let descriptor = try Program.run(listen + ["--ready-fd", "77"])
    #expect(descriptor.output.contains("--ready-fd 77: there is no such descriptor"))
    #expect(descriptor.status == 64)
  }

  @Test(arguments: ["", "--workers 2"])
  func `a newline comes on the descriptor when requests are answered, and then its end`(_ workers: String)
    async throws
  {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    // The reader ends when nobody has the other end any more: so no worker may have it.
    let script = """
      "$0" serve --listen unix:\(folder)/s --ready-fd 5 \(workers) 5>&1 >/dev/null 2>\(folder)/log & echo $! >\(folder)/pid
      """
    let output = try ChildProcess.start(
      [
        "env", "DATABASE_URL=\(try await database())", "sh", "-c", "(\(script)) | od -c -An >\(folder)/told",
        Program.path,
      ],
      log: "\(folder)/shell")
    #expect(output.wait() == 0)
    #expect(contents(of: "\(folder)/told").trimmed == "\\n")
    let client = try FastCGIClient(unix: "\(folder)/s")
    client.send(Records.request([("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/livez")], keep: false))
    #expect(try client.answer().text == #"{"status":"ok"}"#)
    let process = try #require(pid_t(contents(of: "\(folder)/pid").trimmed))
    kill(process, SIGTERM)
    try Poll.until { kill(process, 0) != 0 ? true : nil }
  }

  @Test func `SIGTTIN and SIGTTOU add and take a worker, and a reload has as many as the settings say`() async throws
  {
    let roster = try RunningProgram(["--workers", "1"], database: try await database())
    #expect(try roster.ask("GET", "/users/").text == "[]")
    _ = try roster.workers(1)
    for count in 2...3 {
      try roster.signal(SIGTTIN)
      #expect(try roster.says("\(count) workers from now on"))
      _ = try roster.workers(count)
    }
    try roster.signal(SIGTTOU)
    _ = try roster.workers(2)
    try roster.signal(SIGHUP)
    #expect(try roster.says(" reloaded "))
    _ = try roster.workers(1)
    try roster.signal(SIGTTOU)  // there is always one
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}
