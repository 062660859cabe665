import EventLoop
import Logging
import TestSupport
import Testing

@testable import PostgreSQL

struct StatementTests {
  private static let all: SQL = "SELECT * FROM t"

  @Test func `a statement is prepared once per connection`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      for number in 0..<5 { _ = try await pool.session().value("SELECT \(number)", as: Int.self) }
      let count = try await pool.session().value(
        "SELECT count(*) FROM pg_prepared_statements WHERE statement = 'SELECT $1'", as: Int.self)
      #expect(count == 1)
    }
  }

  @Test func `a statement whose result changes with its table is run again with a new plan`() async throws {
    try await withPool { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE t (n int)")
      try await session.execute("INSERT INTO t VALUES (7)")
      let wrong = await countWrong(200) { _ in try await pool.session().value(Self.all, as: Int.self) == 7 }
      try await session.execute("ALTER TABLE t ALTER n TYPE text")
      let wrongAfter = await countWrong(200) { _ in try await pool.session().value(Self.all, as: String.self) == "7" }
      #expect((wrong, wrongAfter) == (0, 0))
      await wait { pool.status.connections == 3 }
      let value = try await session.value(Self.all, as: String.self)
      #expect(value == "7")
    }
  }

  @Test func `a statement that the server has forgotten is prepared again`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      for round in 0..<3 {
        let wrong = await countWrong(20) { number in
          try await pool.session().value("SELECT \(number)", as: Int.self) == number
        }
        #expect(wrong == 0, "round \(round)")
        try await pool.session().execute(("DISCARD ALL" as SQL).writing)
      }
      let changed = try await pool.session().execute("CREATE TABLE t (n int)")
      #expect((changed, pool.status.connections) == (0, 1))
    }
  }

  @Test func `without prepared statements everything works and none is left on the server`() async throws {
    try await withPool({ configuration, _ in configuration.preparesStatements = false }) { pool in
      let wrong = await countWrong(200) { number in
        try await pool.session().value("SELECT \(number)", as: Int.self) == number
      }
      let sum = try await pool.session().transaction { session in
        try await session.value("SELECT \(1) + \(2)", as: Int.self)
      }
      let left = try await pool.session().value("SELECT count(*) FROM pg_prepared_statements", as: Int.self)
      #expect((wrong, sum, left) == (0, 3, 0))
    }
  }

  @Test(arguments: [false, true])
  func `a page is planned for its values each time, unless the plan is to be generic`(_ isGeneric: Bool) async throws
  {
    try await withPool({ ($0.usesGenericPlans, $1.size) = (isGeneric, 1) }) { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE t (n int PRIMARY KEY)")
      try await session.execute("INSERT INTO t SELECT generate_series(1, 1000)")
      for page in 0..<10 {
        let page: SQL = "SELECT n FROM t ORDER BY n LIMIT \(10) OFFSET \(page * 10)"
        #expect(try await session.all(page, as: One<Int>.self).count == 10)
      }
      let custom = try await session.value(
        "SELECT custom_plans > 0 FROM pg_prepared_statements WHERE statement LIKE 'SELECT n%'", as: Bool.self)
      #expect(custom == !isGeneric)
    }
  }

  @Test func `more statements than are cached run all the same`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let wrong = await countWrong(StatementCache.capacity + 50) { number in
        try await pool.session().value("SELECT \(number) AS \(identifier: "c\(number)")", as: Int.self) == number
      }
      #expect(wrong == 0)
    }
  }

  @Test func `a result larger than the socket's buffer arrives whole, and so does a large value`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let text = String(repeating: "ä", count: 2_000_000)
      let wrong = await countWrong(4) { _ in try await pool.session().value("SELECT \(text)", as: String.self) == text
      }
      let rows = try await pool.session().all("SELECT g FROM generate_series(1, 100000) g", as: One<Int>.self)
      #expect((wrong, rows.count, rows.last?.value) == (0, 100_000, 100_000))
    }
  }

  @Test func `what a pipeline cannot do ends its connection, not the program`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      await #expect(throws: DatabaseError.self) { try await pool.session().execute("COPY (SELECT 1) TO STDOUT") }
      let value = try await pool.session().value("SELECT 1", as: Int.self)
      #expect(value == 1)
    }
  }

  @Test func `echo looks like SQLAlchemy's`() async throws {
    let lines = Lines()
    try await withPool { pool in
      let echoing = Pool(
        pool.configuration, with(pool.options) { $0.echo = true },
        logger: Logger(label: "echo") { _ in lines })
      echoing.start()
      for _ in 0..<2 { _ = try await echoing.session().value("SELECT \(7)", as: Int.self) }
      try await echoing.session().transaction { try await $0.execute("SELECT 1") }
      _ = try? await echoing.session().execute("SELECT 1/0")
      await echoing.close()
    }
    let echoed = lines.all.filter { !$0.hasPrefix("connected to ") }
    #expect(echoed.prefix(2) == ["BEGIN (implicit)", "SELECT $1"])
    #expect(echoed.count == 16)
    #expect(echoed[2].wholeMatch(of: /\[generated in 0\.\d{5}s\] \(7,\)/) != nil)
    #expect(echoed[3] == "COMMIT")
    #expect(echoed[6].wholeMatch(of: /\[cached since \d+\.\d{4}s ago\] \(7,\)/) != nil)
    #expect(echoed[8] == "BEGIN (implicit)")
    #expect(echoed[11] == "COMMIT")
    #expect(echoed.last == "ROLLBACK")
  }
}

private func with<Value>(_ value: Value, _ change: (inout Value) -> Void) -> Value {
  var copy = value
  change(&copy)
  return copy
}
