import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct SchemaCheckTests {
  @Test func `statements that fit are no drift, and nothing is executed`() async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE TABLE people (id int, name varchar, age int)")
      let drifts = try await pool.check([
        DeclaredStatement("list", "SELECT id, name, age FROM people LIMIT \(1)", returns: Person.self),
        DeclaredStatement("drop", "DROP TABLE people"),
      ])
      #expect(drifts.isEmpty)
      #expect(try await pool.session().value("SELECT count(*) FROM people", as: Int.self) == 0)
    }
  }

  @Test func `a changed column, a missing one and a wrong parameter are named`() async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE TABLE people (id int, name bytea)")
      let drifts = try await pool.check([
        DeclaredStatement("list", "SELECT id, name, id FROM people", returns: Person.self),
        DeclaredStatement("age", "SELECT id, 'x', age FROM people", returns: Person.self),
        DeclaredStatement("find", "SELECT 1 FROM people WHERE id = \("x")"),
      ])
      #expect(drifts.map(\.subject) == ["list", "age", "find"])
      #expect(drifts.first?.problem == "column 2 (name): expected String, got bytea")
      #expect(drifts.dropFirst().first?.problem == #"column "age" does not exist (42703)"#)
      #expect(drifts.last?.problem.hasPrefix("operator does not exist: integer = text") == true)
    }
  }
}
