import FastCGI
import Glibc
import TestSupport
import Testing

/// `roster top` in a real terminal, beside a service with a database.
@Suite(.ownThread) struct TopTests {
  /// A service, at whose socket of --admin somebody may look.
  private func service(_ folder: String) async throws -> RunningProgram {
    let cluster = try await PostgreSQLCluster.shared()
    let roster = try RunningProgram(
      ["--workers", "2", "--admin", "unix:\(folder)/admin.sock"], database: cluster.url(try cluster.makeDatabase()))
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    return roster
  }

  private func command(_ folder: String) -> String {
    "\(Program.path) top --admin unix:\(folder)/admin.sock --interval 0.2 --timeout 600"
  }

  /// A terminal with `roster top` in it.
  private func screen(_ folder: String) throws -> TmuxScreen {
    let screen = try TmuxScreen(width: 120, height: 30)
    try screen.type("\(command(folder)); echo ended $?")
    try screen.shows("2 of 2 workers at work")
    return screen
  }

  @Test func `it shows what is asked for while it is, and the shell's screen when q is pressed`() async throws {
    let folder = try makeTemporaryFolder()
    let roster = try await service(folder)
    let screen = try screen(folder)
    #expect(try screen.state() == "10")
    let lines = try screen.shows { lines in
      for _ in 0..<20 { _ = try roster.ask("GET", "/users/7") }
      let rate = lines.first { $0.hasPrefix("GET /users/{user_id} ") }?.split(separator: " ").dropFirst(2).first
      return rate.flatMap { Double($0.filter { $0 != "," }) } ?? 0 > 1
    }
    #expect(lines.contains { $0.contains("/s   ") && $0.hasPrefix("requests ") && !$0.hasPrefix("requests    0/s") })
    #expect(lines.contains { $0.hasPrefix("latency     p50 ") && $0.contains(" ms ") })
    #expect(lines.contains { $0.hasPrefix("statements  p50 ") && $0.contains(" ms ") })
    #expect(lines.contains { $0.hasSuffix(" in the listen queue") })
    for worker in try roster.workers(3) where lines.contains(where: { $0.contains(" \(worker) ") }) {
      #expect(lines.contains { $0.contains(" \(worker)  1 ") && $0.contains("MiB") })
    }
    try screen.press("q")
    try screen.shows("ended 0")
    #expect(try screen.isRestored())
    #expect(try screen.lines.first?.hasPrefix("ready> ") == true)
    try screen.type("stty -a")
    #expect(try screen.shows(" icanon ").contains { $0.contains(" echo ") })
  }

  @Test func `a smaller terminal gets what has room in it`() async throws {
    let folder = try makeTemporaryFolder()
    let roster = try await service(folder)
    let screen = try screen(folder)
    try screen.resize(width: 50, height: 9)
    try screen.shows { $0.count <= 10 && $0.first?.hasPrefix("service ") == true && $0.allSatisfy { $0.count <= 50 } }
    try screen.resize(width: 120, height: 30)
    try screen.shows("slowest routes")
    withExtendedLifetime(roster) {}
  }

  @Test(arguments: [(SIGINT, 0), (SIGTERM, 143), (SIGHUP, 129)])
  func `a signal that ends it leaves the terminal as it was`(signal: Int32, status: Int) async throws {
    let folder = try makeTemporaryFolder()
    let roster = try await service(folder)
    let screen = try screen(folder)
    if signal == SIGINT { try screen.press("C-c") } else { kill(try screen.job, signal) }
    try screen.shows("ended \(status)")
    #expect(try screen.isRestored())
    withExtendedLifetime(roster) {}
  }

  @Test func `Ctrl-Z gives the shell its terminal, and fg takes it again`() async throws {
    let folder = try makeTemporaryFolder()
    let roster = try await service(folder)
    let screen = try TmuxScreen(width: 120, height: 30)
    try screen.type(command(folder))
    for _ in 0..<2 {
      try screen.shows("2 of 2 workers at work")
      try screen.press("C-z")
      try screen.shows("Stopped")
      #expect(try screen.isRestored())
      try screen.type("clear; fg")
    }
    try screen.shows("2 of 2 workers at work")
    #expect(try screen.state() == "10")
    withExtendedLifetime(roster) {}
  }

  @Test func `one that hangs keeps nobody from ending it`() async throws {
    let folder = try makeTemporaryFolder()
    let roster = try await service(folder)
    let screen = try screen(folder)
    #expect(rename("\(folder)/admin.sock", "\(folder)/real.sock") == 0)
    let silent = try ListeningSockets.open(.unix(path: "\(folder)/admin.sock"))
    // Somebody has connected, and waits for an answer.
    var asked = pollfd(fd: silent.all[0].descriptor, events: Int16(POLLIN), revents: 0)
    #expect(poll(&asked, 1, 20_000) == 1)
    try screen.press("q")
    try screen.shows("ended 0")
    #expect(try screen.isRestored())
    withExtendedLifetime((roster, silent)) {}
  }

  @Test func `a service that goes away is waited for, and one that comes has no negative figures`() async throws {
    let folder = try makeTemporaryFolder()
    let first = try await service(folder)
    for _ in 0..<50 { _ = try first.ask("GET", "/users/7") }
    let screen = try screen(folder)
    try first.signal(SIGTERM)
    #expect(first.wait() == 0)
    try screen.shows("is the service started with --admin")
    let second = try await service(folder)
    let lines = try screen.shows { lines in
      lines.contains { $0.contains(" Idle ") } && !lines.contains { $0.contains("is the service started") }
    }
    #expect(!lines.contains { $0.contains(" -1") })
    withExtendedLifetime(second) {}
  }

  @Test func `without a terminal it prints one view, and says what to do where nobody answers`() async throws {
    let folder = try makeTemporaryFolder()
    let roster = try await service(folder)
    let arguments = ["top", "--admin", "unix:\(folder)/admin.sock", "--interval", "0.1"]
    let printed = try Program.run(arguments)
    #expect(printed.status == 0)
    #expect(printed.output.hasPrefix("service     up 00:00:"))
    #expect(printed.output.contains("\nworker  pid"))
    #expect(!printed.output.contains("\u{1B}"))
    let workers = try AdminSocket(folder: folder).workers()
    for worker in workers { kill(worker, SIGSTOP) }
    defer { for worker in workers { kill(worker, SIGCONT) } }
    try Poll.until { try Program.run(arguments).status == 1 ? true : nil }
    let nobody = try Program.run(["top", "--admin", "unix:\(folder)/nobody.sock"])
    #expect(nobody.status == 69)
    #expect(nobody.output.contains("is the service started with --admin unix:\(folder)/nobody.sock"))
    #expect(try Program.run(["top"]).status == 64)
    #expect(try Program.run(["top", "--interval", "0"]).status == 64)
    withExtendedLifetime(roster) {}
  }
}
