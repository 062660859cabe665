import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct RowLayoutTests {
  private struct Item: Row, Equatable {
    let id: Int
    let name: String?
    let nick: String?

    static let decoder = RowDecoder(
      Item.init, Column("id", \.id), Column("name", \.name), Column("Nick \"Name\"", \.nick, "lower(nick)"))
  }

  @Test func `the names are a statement's list, quoted, and what is computed has its name`() {
    #expect(Item.columns.text == #""id", "name", lower(nick) AS "Nick ""Name""""#)
    #expect(Item.columns(of: "i").text == #""i"."id", "i"."name", lower(nick) AS "Nick ""Name""""#)
    let short = Item.columns(replacing: ["name": "left(name, \(3))"])
    #expect(short.text == #""id", left(name, $1) AS "name", lower(nick) AS "Nick ""Name""""#)
    #expect(Item.columns(replacing: ["other": "1"]).text.hasSuffix(#", 1 AS "other""#))
  }

  @Test func `a statement with a list is the same statement each time`() {
    func sql(_ id: Int) -> SQL { "SELECT \(Item.columns(of: "i")) FROM items i WHERE id = \(id)" }
    #expect(StatementKey(sql(1)) == StatementKey(sql(2)))
  }

  @Test func `properties that have changed places are a problem, also with others between them`() {
    struct Three {
      let a: String
      let b: Int
      let c: String
    }
    func problem(_ columns: Column<Three, String>, _ b: Column<Three, Int>, _ last: Column<Three, String>) -> String?
    {
      RowDecoder(Three.init, columns, b, last).layout.problem
    }
    #expect(problem(Column("a", \.a), Column("b", \.b), Column("c", \.c)) == nil)
    #expect(
      problem(Column("c", \.c), Column("b", \.b), Column("a", \.a))
        == "Three: column c stands before b, but the properties are declared the other way round")
    #expect(
      problem(Column("a", \.a), Column("b", \.b), Column("c", \.a))
        == "Three: column b stands before c, but the properties are declared the other way round")
    #expect(problem(Column("a", \.a), Column("b", \.b), Column("a", \.c)) == "Three: column a stands there twice")
    let twice = RowDecoder(
      { (a: String, b: String) in One(value: a + b) }, Column("a", \.value), Column("b", \.value))
    #expect(twice.layout.problem == "One<String>: columns a and b are the same property")
  }

  @Test func `a row is read by what its columns are called, and no other`() async throws {
    try await withPool { pool in
      let session = pool.session()
      let items = try await session.all(
        """
        SELECT \(Item.columns) FROM (VALUES (1::bigint, 'a', 'A'), (2, NULL, NULL), (3, 'c', NULL)) AS v (id, name, nick)
        """, as: Item.self)
      #expect(
        items == [
          Item(id: 1, name: "a", nick: "a"), Item(id: 2, name: nil, nick: nil), Item(id: 3, name: "c", nick: nil),
        ])
      for sql: SQL in [
        "SELECT 1::bigint AS id, 'a' AS nick, 'b' AS name", "SELECT 1::bigint AS id, 'a' AS name, 'b'",
        "SELECT 1::bigint, 'a' AS name", "SELECT NULL::bigint AS id, 'a' AS name, 'b' AS \"Nick \"\"Name\"\"\"",
      ] {
        await #expect(throws: DatabaseError.self) { try await session.first(sql, as: Item.self) }
      }
    }
  }

  @Test func `a model whose properties have changed places reads no row, declared or not`() async throws {
    struct Swapped: Row {
      let name: String
      let address: String
      static let decoder = RowDecoder(Swapped.init, Column("address", \.address), Column("name", \.name))
    }
    try await withPool { pool in
      _ = await #expect(throws: DatabaseError.self) {
        try await pool.session().first("SELECT 'a' AS address, 'n' AS name", as: Swapped.self)
      }
    }
  }
}
