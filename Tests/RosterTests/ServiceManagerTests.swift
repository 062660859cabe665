import Glibc
import TestSupport
import Testing

/// What systemd is told.
@Suite(.ownThread) struct ServiceManagerTests {
  /// A socket as systemd's, in a folder or in the abstract namespace (@).
  private final class Manager {
    let socket = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)

    init(_ name: String) throws {
      var address = sockaddr_un()
      address.sun_family = sa_family_t(AF_UNIX)
      withUnsafeMutableBytes(of: &address.sun_path) {
        $0.copyBytes(from: name.utf8)
        if $0[0] == UInt8(ascii: "@") { $0[0] = 0 }
      }
      let length = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count)
      var limit = timeval(tv_sec: 30, tv_usec: 0)
      setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) }
      }
      guard result == 0 else { throw ChildProcess.Failure("bind: \(errno)") }
    }

    deinit { close(socket) }

    /// The lines of the next message that says more than how the service does, which is said every ten seconds.
    func receive() -> [String] {
      var bytes = [UInt8](repeating: 0, count: 4096)
      let count = recv(socket, &bytes, bytes.count, 0)
      let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
      let lines = text.split(separator: "\n").map(String.init)
      return lines.count == 1 && text.hasPrefix("STATUS=") ? receive() : lines
    }
  }

  private func database() async throws -> String {
    let cluster = try await PostgreSQLCluster.shared()
    return cluster.url(try cluster.makeDatabase())
  }

  @Test func `a supervisor tells when it is ready, reloading, ready again, and stopping`() async throws {
    let name = "@roster-test-\(UInt64.random(in: 0 ... .max))"
    let manager = try Manager(name)
    let roster = try RunningProgram(
      ["--workers", "2"], database: try await database(), environment: ["NOTIFY_SOCKET=\(name)"])
    #expect(manager.receive() == ["READY=1", "STATUS=2 workers"])
    #expect(try roster.count("serving", atLeast: 2) == 2)
    try roster.signal(SIGHUP)
    let reloading = manager.receive()
    #expect(reloading.first == "RELOADING=1")
    #expect(reloading.contains { $0.wholeMatch(of: /MONOTONIC_USEC=[0-9]+/) != nil })
    #expect(manager.receive() == ["READY=1", "STATUS=2 workers"])
    try roster.signal(SIGTERM)
    #expect(manager.receive().first == "STOPPING=1")
    #expect(roster.wait() == 0)
  }

  @Test(arguments: [["--workers", "2"], []])
  func `a watchdog hears each second that everybody answers, before and after a reload`(
    arguments: [String]
  ) async throws {
    let name = "@roster-test-\(UInt64.random(in: 0 ... .max))"
    let manager = try Manager(name)
    let roster = try RunningProgram(
      arguments, database: try await database(), environment: ["NOTIFY_SOCKET=\(name)", "WATCHDOG_USEC=30000000"])
    #expect(manager.receive().first == "READY=1")
    for _ in 0..<3 { #expect(manager.receive() == ["WATCHDOG=1"]) }
    try roster.signal(SIGHUP)
    var lines: [String] = []
    while lines.first != "READY=1" { lines = manager.receive() }
    for _ in 0..<3 { #expect(manager.receive() == ["WATCHDOG=1"]) }
    for worker in try roster.workers(max(1, arguments.count)) {
      #expect(!contents(of: "/proc/\(worker)/environ").contains("WATCHDOG"))
    }
  }

  @Test func `a watchdog of another process hears nothing`() async throws {
    let name = "@roster-test-\(UInt64.random(in: 0 ... .max))"
    let manager = try Manager(name)
    let roster = try RunningProgram(
      database: try await database(),
      environment: ["NOTIFY_SOCKET=\(name)", "WATCHDOG_USEC=30000000", "WATCHDOG_PID=1"])
    #expect(manager.receive().first == "READY=1")
    try roster.signal(SIGTERM)
    #expect(manager.receive().first == "STOPPING=1")
    #expect(roster.wait() == 0)
  }

  @Test func `a responder of its own tells too`() async throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let manager = try Manager("\(folder)/notify")
    let roster = try RunningProgram(database: try await database(), environment: ["NOTIFY_SOCKET=\(folder)/notify"])
    #expect(manager.receive().first == "READY=1")
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try roster.signal(SIGTERM)
    #expect(manager.receive().first == "STOPPING=1")
    #expect(roster.wait() == 0)
  }
}
