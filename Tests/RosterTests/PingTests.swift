import Glibc
import TestSupport
import Testing

@Suite(.ownThread) struct PingTests {
  private let nowhere = "postgresql:///roster?host=/nowhere"

  @Test func `a service lives without a database, and is not ready`() throws {
    let roster = try RunningProgram(database: nowhere)
    _ = try roster.ask("GET", "/livez")
    let alive = try Program.run(["ping", "--listen", "unix:\(roster.socket)"])
    #expect(alive.output == "ok: unix:\(roster.socket) lives\n")
    #expect(alive.status == 0)
    let ready = try Program.run(["ping", "--ready", "--listen", "unix:\(roster.socket)"])
    #expect(ready.output == "roster: unix:\(roster.socket) answers 503 {\"detail\":\"Service Unavailable\"}\n")
    #expect(ready.status == 1)
  }

  @Test func `the variable says which socket, and a service with a database is ready`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let roster = try RunningProgram(database: cluster.url(try cluster.makeDatabase()))
    #expect(try roster.ask("GET", "/users/").text == "[]")
    let ready = try Program.run(["ping", "--ready"], ["ROSTER_LISTEN=unix:\(roster.socket)"])
    #expect(ready.output == "ok: unix:\(roster.socket) is ready\n")
    #expect(ready.status == 0)
  }

  @Test func `nobody there is 69, no address or a wrong one 64`() throws {
    let nobody = try Program.run(["ping", "--listen", "unix:/nowhere/socket", "--timeout", "1"])
    #expect(nobody.output == "roster: unix:/nowhere/socket: No such file or directory\n")
    #expect(nobody.status == 69)
    #expect(try Program.run(["ping"]).status == 64)
    #expect(try Program.run(["ping", "--listen", "socket"]).status == 64)
  }

  @Test func `a service that hangs is found out within the time given`() throws {
    let roster = try RunningProgram(database: nowhere)
    _ = try roster.ask("GET", "/livez")
    try roster.signal(SIGSTOP)
    defer { try? roster.signal(SIGCONT) }
    let silent = try Program.run(["ping", "--listen", "unix:\(roster.socket)", "--timeout", "0.2"])
    #expect(silent.output == "roster: unix:\(roster.socket): no answer within 0.2 seconds\n")
    #expect(silent.status == 69)
  }
}
