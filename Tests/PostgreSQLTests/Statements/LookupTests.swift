import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.ownThread) struct LookupTests {
  @Test func `what is looked up at the same moment gets its own rows from few statements`() async throws {
    try await withItems { pool in
      try await pool.session().execute("CREATE SEQUENCE statements")
      let wrong = await countWrong(500) { number in
        let id = Int32(number % 200)  // some more than once, and half of them are not there
        return try await pool.session().find(id, by: Item.counted)?.name == (id < 100 ? "item \(id)" : nil)
      }
      #expect(wrong == 0)
      let statements = try await pool.session().value("SELECT last_value FROM statements", as: Int.self) ?? 0
      #expect((500 / 64...50).contains(statements))
    }
  }

  @Test func `where many came together the last time, as many wait for each other`() async throws {
    try await withItems { pool in
      try await pool.session().execute("CREATE SEQUENCE statements")
      let batch = pool.batch(of: Item.counted.statement)
      batch.pace.moment = .seconds(60)
      _ = try await statements(of: 10, apart: false, pool)
      let statements = try await statements(of: 10, apart: true, pool)
      #expect(statements == 1)
      batch.pace.moment = .milliseconds(1)
      let fewer = try await pool.session().find(1, by: Item.counted)
      #expect(fewer?.id == 1)
    }
  }

  @Test func `where few came together, none waits for others`() async throws {
    try await withItems { pool in
      try await pool.session().execute("CREATE SEQUENCE statements")
      pool.batch(of: Item.counted.statement).pace.moment = .seconds(60)
      _ = try await statements(of: 4, apart: false, pool)
      let one = try await pool.session().find(1, by: Item.counted)
      #expect(one?.id == 1)
    }
  }

  @Test func `keys can be text`() async throws {
    try await withItems { pool in
      let wrong = await countWrong(100) { number in
        try await pool.session().find("item \(number)", by: Item.byName)?.id == Int32(number)
      }
      #expect(wrong == 0)
      let none = try await pool.session().find("", by: Item.byName)
      #expect(none == nil)
    }
  }

  @Test func `a key that the server refuses fails alone`() async throws {
    try await withItems { pool in
      let wrong = await countWrong(40) { number in
        do throws(DatabaseError) {
          let item = try await pool.session().find(Int32(number), by: Item.byInverse)
          return number != 20 && item?.id == Int32(number)
        } catch {
          return number == 20 && error.sqlState == SQLState("22012")
        }
      }
      #expect(wrong == 0)
    }
  }

  @Test func `a text with NUL fails alone`() async throws {
    try await withItems { pool in
      let wrong = await countWrong(20) { number in
        do throws(DatabaseError) {
          let item = try await pool.session().find(number == 7 ? "item\u{0}" : "item \(number)", by: Item.byName)
          return number != 7 && item?.id == Int32(number)
        } catch {
          return number == 7 && error.sqlState == .characterNotInRepertoire
        }
      }
      #expect(wrong == 0)
    }
  }

  @Test func `in a transaction it sees what the transaction has done`() async throws {
    try await withItems { pool in
      try await pool.session().transaction { session in
        try await session.execute("INSERT INTO items VALUES (1000, 'new')")
        let inside = try await session.find(1000, by: Item.byID)
        let outside = try await pool.session().find(1000, by: Item.byID)
        #expect((inside?.name, outside?.name) == ("new", nil))
      }
      let item = try await pool.session().find(1000, by: Item.byID)
      #expect(item?.name == "new")
    }
  }

  @Test func `lookups do not wait for one that is slow`() async throws {
    try await withItems { pool in
      try await whileBlocked(pool) {
        let slow = Task { try await pool.session().find(1, by: Item.blocked) }
        await wait { pool.status.busy == 1 }
        let started = MonotonicTime.now()
        let second = Task { try await pool.session().find(2, by: Item.blocked) }
        await wait { pool.status.busy == 2 }
        #expect(MonotonicTime.now() - started < .seconds(10))
        for task in [slow, second] { task.cancel() }
      }
    }
  }

  @Test func `a key column of another type than the key's is an error, not a row that is missed`() async throws {
    try await withItems { pool in
      let lookup = Lookup<String, Item>("id") { "SELECT id, name FROM items WHERE id::text = ANY(\($0))" }
      do throws(DatabaseError) {
        _ = try await pool.session().find("1", by: lookup)
        Issue.record("no error")
      } catch {
        #expect("\(error)" == "a lookup by id: expected text, got integer")
      }
    }
  }

  @Test(arguments: ["smallint", "integer", "bigint"])
  func `a key column may be of any integer type`(_ type: String) async throws {
    struct Numbered: Row {
      let id: Int64
      static let decoder = RowDecoder(Numbered.init, Column("id", \.id))
    }
    try await withPool { pool in
      let session = pool.session()
      let lookup = Lookup<Int32, Numbered>("id") { "SELECT id FROM numbered WHERE id = ANY(\($0))" }
      try await session.execute("CREATE TABLE numbered (id smallint)")
      try await session.execute("INSERT INTO numbered VALUES (1), (-1), (300)")
      switch type {
      case "integer": try await session.execute("ALTER TABLE numbered ALTER id TYPE integer")
      case "bigint": try await session.execute("ALTER TABLE numbered ALTER id TYPE bigint")
      default: break
      }
      for key: Int32 in [1, -1, 300] {
        let found = try await session.find(key, by: lookup)
        #expect(found?.id == Int64(key))
      }
      let none = try await session.find(2, by: lookup)
      #expect(none == nil)
    }
  }

  @Test func `all rows of many keys come from few statements, in the order of the statement`() async throws {
    try await withItems { pool in
      try await pool.session().execute("CREATE SEQUENCE statements")
      let wrong = await countWrong(100) { number in
        let items = try await pool.session().findAll(Int32(number), by: Item.counting)
        // As many as its number, but for half of them, which have none.
        return items.map(\.name) == (0..<number).filter { _ in number < 50 }.reversed().map { "\(number).\($0)" }
          && items.allSatisfy { $0.id == Int32(number) }
      }
      #expect(wrong == 0)
      let statements = try await pool.session().value("SELECT last_value FROM statements", as: Int.self) ?? 0
      #expect((2...20).contains(statements))
    }
  }

  @Test func `where the rows of a key take much memory, few keys go together`() async throws {
    try await withItems { pool in
      let wrong = await countWrong(40) { number in
        try await pool.session().findAll(Int32(number), by: Item.large).map(\.name.utf8.count)
          == Array(repeating: 50_000, count: 3)
      }
      #expect(wrong == 0)
      #expect(pool.batch(of: Item.large.statement).size.limit(ofAll: true) == 1)
    }
  }

  @Test func `all rows of a key that the server refuses fail alone, and within a transaction it sees its own`()
    async throws
  {
    try await withItems { pool in
      let wrong = await countWrong(30) { number in
        do throws(DatabaseError) {
          return try await pool.session().findAll(Int32(number), by: Item.byInverse).map(\.id) == [Int32(number)]
            && number != 20
        } catch {
          return number == 20 && error.sqlState == SQLState("22012")
        }
      }
      #expect(wrong == 0)
      try await pool.session().transaction { session in
        try await session.execute("INSERT INTO items VALUES (1000, 'new')")
        #expect(try await session.findAll(1000, by: Item.byID).map(\.name) == ["new"])
        #expect(try await pool.session().findAll(1000, by: Item.byID) == [])
      }
    }
  }

  @Test func `without a database it says so`() async throws {
    try await withPool { pool in
      await pool.close()
      await expectUnavailable("the pool is closed") { _ = try await pool.session().find(1, by: Item.byID) }
    }
  }
}
