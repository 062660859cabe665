import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct SessionTests {
  @Test func `a statement returns its rows as values`() async throws {
    let people = try await withPool { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE people (id int PRIMARY KEY, name text, age int)")
      let (name, age): (String, Int32?) = ("Ada", nil)
      let changed = try await session.execute("INSERT INTO people VALUES (\(1), \(name), \(age)), (2, 'Bo', 7)")
      #expect(changed == 2)
      return try await session.all("SELECT id, name, age FROM people ORDER BY id", as: Person.self)
    }
    #expect(people == [Person(id: 1, name: "Ada", age: nil), Person(id: 2, name: "Bo", age: 7)])
  }

  @Test func `no row is nil`() async throws {
    let value = try await withPool { try await $0.session().value("SELECT 1 WHERE false", as: Int.self) }
    #expect(value == nil)
  }
}

struct Person: Row, Equatable {
  let id: Int
  let name: String
  let age: Int?
  static let decoder = RowDecoder(
    Person.init, Column("id", \.id), Column("name", \.name), Column("age", \.age))
}
