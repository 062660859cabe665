import APITesting
import EventLoop
import Logging
import PostgreSQL
import Synchronization
import TestSupport
import Testing

/// A newer version changes the tables while this one serves, as Documentation/databases.md says how.
@Suite(.ownThread) struct TableChangeTests {
  private static let expand = [
    (name: "0001-phone.sql", text: "ALTER TABLE users ADD COLUMN phone varchar NOT NULL DEFAULT ''"),
    (
      name: "0002-phone-index.sql",
      text: "-- outside a transaction\nCREATE INDEX CONCURRENTLY ix_users_phone ON users (phone)"
    ),
  ]
  private static let contract = [(name: "0003-phone.sql", text: "ALTER TABLE users DROP COLUMN phone")]

  /// As `roster init-db` of the newer version would.
  private func migrate(_ database: String, _ files: [(name: String, text: String)]) async throws {
    let configuration = try DatabaseConfiguration(url: database)
    let text = contents(of: "\(Program.project)/schema.sql")
    let migrations = Migrations(files, recordedIn: "roster_migrations")
    let script = SchemaScript(text, name: "schema.sql", migrations: migrations)
    try await onLoop {
      var options = PoolOptions()
      (options.timeout, options.busyTimeout) = (.seconds(60), .seconds(60))
      let pool = Pool(configuration, options, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
      try await pool.whileStarted { try await pool.migrate(script) }
    }
  }

  @Test func `every request is answered while columns come and go, by processes of before and after`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let database = cluster.url(try cluster.makeDatabase())
    let older = try RunningProgram(["--workers", "2"], database: database)
    #expect(try older.ask("GET", "/users/").text == "[]")
    let load = Load()
    try await withThrowingTaskGroup(of: Void.self) { group in
      defer { load.isOver.store(true, ordering: .relaxed) }
      for number in 0..<3 {
        group.addTask { [socket = older.socket] in try load.run(on: socket, "older\(number)") }
      }
      try load.goesOn()
      try await migrate(database, Self.expand)
      try load.goesOn()
      let newer = try RunningProgram(database: database)
      #expect(try newer.ask("GET", "/livez").text == #"{"status":"ok"}"#)
      for number in 0..<3 {
        group.addTask { [socket = newer.socket] in try load.run(on: socket, "newer\(number)") }
      }
      try load.goesOn()
      let check = try Program.run(["check"], ["DATABASE_URL=\(database)"])
      #expect(check.status == 0)
      #expect(check.output.contains("note: migrations: a newer version has applied 0002-phone-index.sql"))
      try await migrate(database, Self.expand + Self.contract)
      try load.goesOn()
      load.isOver.store(true, ordering: .relaxed)
      try await group.waitForAll()
    }
    #expect(load.failures.withLock { $0 } == [])
  }
}

/// Requests one after another, each on a connection of its own.
private final class Load: Sendable {
  let isOver = Atomic<Bool>(false)
  let failures = Mutex<[String]>([])
  private let count = Atomic<Int>(0)

  func run(on socket: String, _ name: String) throws {
    func ask(_ method: String, _ target: String, _ body: String = "") throws -> String {
      let client = try FastCGIClient(unix: socket)
      client.send(RunningProgram.request(method, target, body))
      return try client.answer().text
    }
    var number = 0
    while !isOver.load(ordering: .relaxed) {
      number += 1
      let address = "\(name)-\(number)@b.co"
      let created = try ask("POST", "/users/", #"{"email":"\#(address)","name":"x"}"#)
      note(created, address)
      if let id = created.firstMatch(of: /"id":([0-9]+)/)?.1 {
        note(try ask("GET", "/users/\(id)"), address)
        note(try ask("PATCH", "/users/\(id)", #"{"name":"y"}"#), #""name":"y""#)
      }
      count.add(1, ordering: .relaxed)
    }
  }

  private func note(_ answer: String, _ expected: String) {
    if !answer.contains(expected) { failures.withLock { $0.append(answer) } }
  }

  /// Waits until there were some more.
  func goesOn() throws {
    let goal = count.load(ordering: .relaxed) + 20
    try Poll.until { count.load(ordering: .relaxed) >= goal ? true : nil }
  }
}
