import Glibc
import Synchronization
import TestSupport
import Testing

/// Two workers, and what becomes of their connections: nginx keeps its own, under load.
@Suite(.ownThread, .serialized) struct SharingTests {
  private static let clients = 32
  /// Its workers are open to others of their user, who can look what they have open.
  private static let stack = Task { try Stack(["ROSTER_CORE_FILES=1"]) }

  /// nginx's connections, by worker.
  private func connections(_ stack: Stack) throws -> [pid_t: Int] {
    let lines = contents(of: "/proc/net/unix").split(separator: "\n")
    let socket = "\(stack.folder)/state/roster/roster.sock"
    // Accepted sockets have their listener's path; its own state is another (01).
    let accepted = lines.filter { $0.hasSuffix(socket) }.map { $0.split(separator: " ") }.filter { $0[5] == "03" }
    let links = Set(accepted.map { "socket:[\($0[6])]" })
    let supervisor = try stack.supervisor
    let workers = contents(of: "/proc/\(supervisor)/task/\(supervisor)/children").split(separator: " ")
    let counts = workers.compactMap { pid_t($0) }.map { ($0, files($0).count(where: links.contains)) }
    return Dictionary(uniqueKeysWithValues: counts)
  }

  /// What a process has open.
  private func files(_ process: pid_t) -> [String] {
    guard let folder = opendir("/proc/\(process)/fd") else { return [] }
    defer { closedir(folder) }
    var files: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      var target = [UInt8](repeating: 0, count: 256)
      let count = readlink("/proc/\(process)/fd/\(name)", &target, target.count)
      files.append(String(decoding: target.prefix(max(0, count)), as: UTF8.self))
    }
    return files
  }

  private final class Load: Sendable {
    let failures = Mutex<[Int]>([])
    let isOver = Atomic(false)
  }

  /// Has clients ask without a pause while `body` runs, and returns the statuses of what was not answered with 200.
  private func load(_ stack: Stack, _ body: @escaping @Sendable () throws -> Void) async throws -> [Int] {
    let load = Load()
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<Self.clients {
        group.addTask {
          let http = try stack.client()
          while !load.isOver.load(ordering: .relaxed) {
            let status = try http.send("GET", "/users/1").status
            if status != 404 { load.failures.withLock { $0.append(status) } }
          }
        }
      }
      group.addTask {
        defer { load.isOver.store(true, ordering: .relaxed) }
        try body()
      }
      try await group.waitForAll()
    }
    return load.failures.withLock { $0 }
  }

  /// Waits until two workers, none of them of `before`, or one, have most of what `clients` need, and each its share.
  private func areShared(_ stack: Stack, _ isDue: ([pid_t: Int]) -> Bool) throws -> [pid_t: Int] {
    try Poll.until(within: .seconds(5)) {
      let counts = try connections(stack)
      let total = counts.values.reduce(0, +)
      guard counts.count == 2, isDue(counts), total >= Self.clients / 4 else { return nil }
      return counts.values.allSatisfy { $0 * 8 <= total * 5 && $0 * 8 >= total * 3 } ? counts : nil
    }
  }

  @Test func `the successor of a worker that was killed under load has its share within five seconds`() async throws {
    let stack = try await Self.stack.value
    let failures = try await load(stack) {
      let before = try areShared(stack) { _ in true }
      let started = stack.count("serving")
      guard let victim = before.keys.randomElement() else { return }
      kill(victim, SIGKILL)
      try Poll.until { stack.count("serving") > started ? true : nil }
      _ = try areShared(stack) { $0[victim] == nil }
    }
    // What the one that was killed had, and nothing that was given away.
    #expect(failures.count <= Self.clients)
    #expect(failures.allSatisfy { $0 == 502 })
  }

  @Test func `a worker that hangs keeps the other from accepting for no longer than its word is fresh`() async throws
  {
    let cluster = try await PostgreSQLCluster.shared()
    let roster = try RunningProgram(
      ["--workers", "2"], database: cluster.url(try cluster.makeDatabase()), environment: ["ROSTER_CORE_FILES=1"])
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    let worker = try roster.workers(2)[0]
    kill(worker, SIGSTOP)
    let kept = try (0..<20).map { _ in try roster.connect() }
    for client in kept { client.send(RunningProgram.request("GET", "/livez", keep: true)) }
    for client in kept { #expect(try client.answer().text == #"{"status":"ok"}"#) }
    // All of them are the other's, which has more than its share and gives away what nobody takes.
    let clock = ContinuousClock()
    let end = clock.now + .seconds(3)
    while clock.now < end { #expect(try roster.ask("GET", "/livez").text == #"{"status":"ok"}"#) }
    kill(worker, SIGCONT)
    try roster.signal(SIGTERM)
    for client in kept { client.hangUp() }
    #expect(roster.wait() == 0)
  }

  @Test func `after a reload under load each worker has its share, and every request was answered`() async throws {
    let stack = try await Self.stack.value
    let supervisor = try stack.supervisor
    let failures = try await load(stack) {
      let before = try areShared(stack) { _ in true }
      let reloads = stack.count("reloaded")
      kill(supervisor, SIGHUP)
      try Poll.until { stack.count("reloaded") > reloads ? true : nil }
      _ = try areShared(stack) { Set($0.keys).isDisjoint(with: before.keys) }
    }
    #expect(failures == [])
  }
}
