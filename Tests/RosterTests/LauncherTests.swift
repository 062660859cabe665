import Glibc
import TestSupport
import Testing

/// The program under what people start it with.
@Suite(.ownThread) struct LauncherTests {
  private func database() async throws -> String {
    let cluster = try await PostgreSQLCluster.shared()
    return cluster.url(try cluster.makeDatabase())
  }

  /// Asks until somebody answers: the first request starts the program, on a machine that may be busy.
  private func ask(connect: () throws -> FastCGIClient) throws -> String {
    try Poll.until {
      guard let client = try? connect() else { return nil }
      client.send(RunningProgram.request("GET", "/users/"))
      return (try? client.answer()).flatMap { $0.head.isEmpty ? nil : $0.text }
    }
  }

  @Test(arguments: [[], ["--workers", "2"]])
  func `every socket of systemd's is served`(arguments: [String]) async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let port = try freePort()
    let child = try ChildProcess.start(
      ["systemd-socket-activate", "-l", "\(folder)/s", "-l", "127.0.0.1:\(port)", "--fdname=web"]
        + ["-E", "DATABASE_URL=\(try await database())", Program.path, "serve"] + arguments, log: "\(folder)/log")
    defer {
      kill(child.id, SIGTERM)
      #expect(child.wait() == 0)
    }
    for _ in 0..<3 {
      #expect(try ask { try FastCGIClient(unix: "\(folder)/s") } == "[]")
      #expect(try ask { try FastCGIClient(port: port) } == "[]")
    }
    let log = contents(of: "\(folder)/log")
    #expect(log.contains("listening on unix:\(folder)/s (descriptor 3 (web) of LISTEN_FDS)"))
    #expect(log.contains(", 127.0.0.1:\(port) (descriptor 4 (web) of LISTEN_FDS)"))
  }

  @Test func `systemd's sockets are served beside the one of --listen`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let child = try ChildProcess.start(
      ["systemd-socket-activate", "-l", "\(folder)/s", "-E", "DATABASE_URL=\(try await database())"]
        + [Program.path, "serve", "--listen", "unix:\(folder)/t"], log: "\(folder)/log")
    defer {
      kill(child.id, SIGTERM)
      #expect(child.wait() == 0)
    }
    #expect(try ask { try FastCGIClient(unix: "\(folder)/s") } == "[]")
    #expect(try ask { try FastCGIClient(unix: "\(folder)/t") } == "[]")
  }

  @Test(arguments: [[], ["--workers", "1"]])
  func `a name is served at both loopback addresses, and the log tells them`(arguments: [String]) async throws {
    let port = try freePort()
    let roster = try RunningProgram(["--listen", "localhost:\(port)"] + arguments, database: try await database())
    #expect(try ask { try FastCGIClient(port: port) } == "[]")
    #expect(try roster.says("listening on 127.0.0.1:\(port), [::1]:\(port)"))
    let other = try Program.run(["serve", "--listen", "[::1]:\(port)"], ["DATABASE_URL="])
    #expect(other.status == 69)
    #expect(other.output.contains("[::1]:\(port): another process listens there"))
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
  }

  @Test(arguments: ["0<&-", "1>&-", "2>&-", "0<&- 1>&-", "0<&- 2>&-", "1>&- 2>&-", "0<&- 1>&- 2>&-"])
  func `descriptors that were closed at the start become nothing else`(closed: String) async throws {
    for arguments in [[], ["--workers", "1"]] {
      let roster = try RunningProgram(
        arguments, database: try await database(), under: ["sh", "-c", "exec \"$@\" \(closed)", "sh"])
      #expect(try roster.ask("GET", "/users/").text == "[]")
      for process in try [roster.id] + (arguments.isEmpty ? [] : roster.workers(1)) {
        for descriptor in 0...2 where closed.contains("\(descriptor)") {
          let isSocket = process != (try roster.id) && descriptor == 0  // how workers are given theirs
          #expect(try target(process, descriptor).hasPrefix(isSocket ? "socket:" : "/dev/null"))
        }
      }
      try roster.signal(SIGTERM)
      #expect(roster.wait() == 0)
    }
  }

  private func target(_ process: pid_t, _ descriptor: Int) throws -> String {
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = readlink("/proc/\(process)/fd/\(descriptor)", &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
  }

  @Test func `under supervisord SIGHUP reloads each process, and none ends`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let database = try await database()
    // Else one of the two would wait for the other to make the table.
    #expect(try Program.run(["init-db"], ["DATABASE_URL=\(database)"]).status == 0)
    let configuration = """
      [supervisord]
      nodaemon=true
      logfile=\(folder)/supervisord.log
      pidfile=\(folder)/pid
      [fcgi-program:roster]
      command=\(Program.path) serve
      environment=DATABASE_URL="\(database)"
      socket=unix://\(folder)/s
      process_name=%(process_num)d
      numprocs=2
      redirect_stderr=true
      stdout_logfile=\(folder)/log

      """
    try write(configuration, "\(folder)/conf")
    let child = try ChildProcess.start(["supervisord", "-c", "\(folder)/conf"], log: "\(folder)/output")
    defer {
      kill(child.id, SIGTERM)
      #expect(child.wait() == 0)
    }
    #expect(try ask { try FastCGIClient(unix: "\(folder)/s") } == "[]")
    let processes = try Poll.until {
      let log = contents(of: "\(folder)/log")
      return log.ranges(of: "serving").count == 2 ? try children(of: child.id) : nil
    }
    for process in processes { kill(process, SIGHUP) }
    try Poll.until { contents(of: "\(folder)/log").ranges(of: "reloaded workers=1").count == 2 ? true : nil }
    for _ in 0..<10 { #expect(try ask { try FastCGIClient(unix: "\(folder)/s") } == "[]") }
    #expect(try children(of: child.id) == processes)
    #expect(!contents(of: "\(folder)/supervisord.log").contains("exited"))
  }

  @Test func `what spawn-fcgi has started stays after SIGHUP, with the program of then`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    try ChildProcess.run(["ln", "-s", Program.path, "\(folder)/roster"])
    let child = try ChildProcess.start(
      ["env", "DATABASE_URL=\(try await database())", "spawn-fcgi", "-n", "-s", "\(folder)/s"]
        + ["--", "\(folder)/roster", "serve"], log: "\(folder)/log")
    defer {
      kill(child.id, SIGTERM)
      #expect(child.wait() == 0)
    }
    #expect(try ask { try FastCGIClient(unix: "\(folder)/s") } == "[]")
    let kept = try FastCGIClient(unix: "\(folder)/s")
    try ChildProcess.run(["sh", "-c", "cp \"$0\" \"$1/new\"; ln -sfn \"$1/new\" \"$1/roster\"", Program.path, folder])
    kill(child.id, SIGHUP)
    try Poll.until { contents(of: "\(folder)/log").contains("reloaded workers=1") ? true : nil }
    kept.send(RunningProgram.request("GET", "/users/"))
    #expect(try kept.answer().text == "[]", "a connection from before")
    for _ in 0..<5 { #expect(try ask { try FastCGIClient(unix: "\(folder)/s") } == "[]") }
    let worker = try #require(try children(of: child.id).first)
    #expect(try ChildProcess.start(["test", "/proc/\(worker)/exe", "-ef", "\(folder)/new"]).wait() == 0)
  }

  @Test(arguments: [
    (["rm \"$1\"", "the reload was given up, and this responder goes on"]),
    (["ln -sfn /bin/false \"$1\"", "status 1"]),
  ])
  func `a responder that cannot be followed goes on`(_ damage: [String]) async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    try ChildProcess.run(["ln", "-s", Program.path, "\(folder)/roster"])
    let roster = try RunningProgram(database: try await database(), program: "\(folder)/roster")
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try ChildProcess.run(["sh", "-c", damage[0], "sh", "\(folder)/roster"])
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("the reload was given up") && roster.log.contains(damage[1]) ? true : nil }
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try ChildProcess.run(["ln", "-sfn", Program.path, "\(folder)/roster"])
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("reloaded workers=1") ? true : nil }
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    #expect(access(roster.socket, F_OK) != 0)
  }

  @Test func `SIGTERM ends a responder that could not be followed, and the requests in it`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    try ChildProcess.run(["ln", "-s", Program.path, "\(folder)/roster"])
    let roster = try RunningProgram(database: try await database(), program: "\(folder)/roster")
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try ChildProcess.run(["ln", "-sfn", "/bin/false", "\(folder)/roster"])
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("the reload was given up") ? true : nil }
    let client = try roster.connect()
    client.send(RunningProgram.request("GET", "/users/"))
    try roster.signal(SIGTERM)
    #expect(try client.answer().text == "[]")
    #expect(roster.wait() == 0)
  }

  @Test(arguments: [[], ["--workers", "2"]], [0, 30_000, 100_000])
  func `SIGTERM in the middle of a reload ends with 0`(arguments: [String], microseconds: UInt32) async throws {
    let roster = try RunningProgram(arguments, database: try await database())
    #expect(try roster.ask("GET", "/users/").text == "[]")
    for _ in 0..<3 { try roster.signal(SIGHUP) }
    usleep(microseconds)  // one moment or another; each must do
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    #expect(access(roster.socket, F_OK) != 0)
  }

  private func children(of process: pid_t) throws -> [pid_t] {
    contents(of: "/proc/\(process)/task/\(process)/children").split(separator: " ").compactMap { pid_t($0) }.sorted()
  }

  private func write(_ text: String, _ path: String) throws {
    guard let file = fopen(path, "w") else { throw ChildProcess.Failure("\(path): \(errno)") }
    fputs(text, file)
    fclose(file)
  }
}
