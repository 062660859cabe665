import Glibc
import TestSupport
import Testing

/// A key that was taken away, and SIGHUP while the database does what it likes.
@Suite(.ownThread) struct KeyRevocationTests {
  enum Trouble: CaseIterable {
    case none, away, hung, withoutConnections
  }

  /// Well below the times that a reload and the pool wait for a database.
  private static let soon = Duration.seconds(3)

  /// A cluster with a role that is no superuser, and the address of its database.
  private func cluster() throws -> (PostgreSQLCluster, database: String) {
    let cluster = try PostgreSQLCluster()
    let name = try cluster.makeDatabase()
    try sql("CREATE ROLE service LOGIN; GRANT ALL ON SCHEMA public TO service", cluster.url(name))
    return (cluster, cluster.url(name).replacing("//postgres@", with: "//service@"))
  }

  private func sql(_ text: String, _ url: String) throws { try ChildProcess.run(["psql", "-qX", "-c", text, url]) }

  private func begin(_ trouble: Trouble, _ cluster: PostgreSQLCluster) throws {
    switch trouble {
    case .none: break
    case .away: try cluster.stop(mode: "immediate")
    case .hung: try cluster.pause()
    case .withoutConnections: try sql("ALTER ROLE service CONNECTION LIMIT 0", cluster.url())
    }
  }

  private func end(_ trouble: Trouble, _ cluster: PostgreSQLCluster) throws {
    if trouble == .hung { try cluster.resume() }  // it could not be stopped
  }

  /// The beginning of the answer on a connection that is kept.
  private func status(_ client: FastCGIClient, _ key: String) throws -> String {
    client.send(
      Records.request([
        ("REQUEST_METHOD", "GET"), ("REQUEST_URI", "/users/?limit=0"), ("HTTP_AUTHORIZATION", "Bearer \(key)"),
      ]))
    return String(try client.answer().head.prefix(11))
  }

  @Test(arguments: Trouble.allCases, [[], ["--workers", "3"]])
  func `a key that was taken away is refused soon after SIGHUP, whatever the database does`(
    trouble: Trouble, workers: [String]
  ) async throws {
    let (cluster, database) = try cluster()
    let keys = try KeyFileOnDisk()
    let (gone, later) = (try keys.add("gone", "writer"), try keys.add("later", "reader"))
    let kept = try keys.add("kept", "reader")
    let roster = try RunningProgram(["--api-keys", keys.path] + workers, database: database)
    let processes = workers.isEmpty ? 1 : 3
    try Poll.until { roster.count("keys: 3 from \(keys.path)") == processes ? true : nil }
    let clients = try (0..<12).map { _ in try roster.connect() }
    for client in clients { #expect(try status(client, gone) == "Status: 200") }
    try begin(trouble, cluster)

    try keys.remove("gone")
    try roster.signal(SIGHUP)
    try Poll.until(within: Self.soon) { roster.count("keys: 2 from \(keys.path)") >= processes ? true : nil }
    for client in clients where trouble != .none { #expect(try status(client, gone) == "Status: 401") }
    // While that reload is still under way.
    try keys.remove("later")
    try roster.signal(SIGHUP)
    try roster.signal(SIGHUP)
    try Poll.until(within: Self.soon) { roster.count("keys: 1 from \(keys.path)") >= processes ? true : nil }
    for _ in 0..<12 {
      let client = try roster.connect()
      for key in [gone, later] { #expect(try status(client, key) == "Status: 401") }
    }
    if trouble == .none {
      #expect(try status(try roster.connect(), kept) == "Status: 200")
    } else {
      for client in clients { #expect(try status(client, later) == "Status: 401") }
    }
    try end(trouble, cluster)
  }

  @Test func `a worker that starts at the moment has the keys of then`() async throws {
    let (cluster, database) = try cluster()
    let keys = try KeyFileOnDisk()
    let (gone, kept) = (try keys.add("gone", "writer"), try keys.add("kept", "reader"))
    let roster = try RunningProgram(["--api-keys", keys.path, "--workers", "2"], database: database)
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    let before = try roster.workers(2)
    try cluster.pause()  // a worker that starts waits for it
    for worker in before { kill(worker, SIGKILL) }
    let started = try Poll.until { try roster.workers(2).allSatisfy { !before.contains($0) } ? true : nil }
    #expect(started)
    try keys.remove("gone")
    for _ in 0..<5 { try roster.signal(SIGHUP) }
    try Poll.until(within: Self.soon) { roster.count("keys: 1 from \(keys.path)") >= 2 ? true : nil }
    try cluster.resume()
    for _ in 0..<12 {
      let client = try roster.connect()
      #expect(try status(client, gone) == "Status: 401")
      #expect(try status(client, kept) != "Status: 401")
    }
    #expect(!roster.log.contains("by signal 1"), "a SIGHUP has ended a worker")
  }

  /// Who has been replaced answers for as long as web servers keep their connections, five seconds at most.
  @Test(arguments: [[], ["--workers", "2"]])
  func `who is leaving after a reload has the keys of now too`(workers: [String]) async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let keys = try KeyFileOnDisk()
    let gone = try keys.add("gone", "writer")
    let roster = try RunningProgram(
      ["--api-keys", keys.path] + workers, database: cluster.url(try cluster.makeDatabase()))
    try Poll.until { roster.count("serving") == (workers.isEmpty ? 1 : 2) ? true : nil }
    let clients = try (0..<8).map { _ in try roster.connect() }
    for client in clients { #expect(try status(client, gone) == "Status: 200") }
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("reloaded") == 1 ? true : nil }
    try keys.write("# none\n")
    try roster.signal(SIGHUP)
    try Poll.until(within: Self.soon) { roster.count("keys: 0 from \(keys.path)") > 0 ? true : nil }
    for client in clients {
      // Ended, or refused; not answered.
      #expect(try status(client, gone) != "Status: 200")
    }
  }

  @Test(arguments: [[], ["--workers", "2"]])
  func `of a file that cannot be used the log says that the keys of before hold`(workers: [String]) async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let keys = try KeyFileOnDisk()
    let key = try keys.add("ci", "reader")
    let roster = try RunningProgram(
      ["--api-keys", keys.path] + workers, database: cluster.url(try cluster.makeDatabase()))
    let processes = workers.isEmpty ? 1 : 2
    try Poll.until { roster.count("keys: 1 from \(keys.path)") == processes ? true : nil }
    try keys.write("nonsense\n")
    try roster.signal(SIGHUP)
    let line = "\(keys.path) cannot be used: the keys stay what they were; keys: 1 from \(keys.path) as it was before"
    try Poll.until(within: Self.soon) { roster.count(line) == processes ? true : nil }
    for _ in 0..<6 { #expect(try status(try roster.connect(), key) == "Status: 200") }
  }
}
