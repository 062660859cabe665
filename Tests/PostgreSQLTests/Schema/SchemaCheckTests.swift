import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct SchemaCheckTests {
  @Test func `statements that fit are no drift, and nothing is executed`() async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE TABLE people (id int NOT NULL, name varchar NOT NULL, age int)")
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
      try await pool.session().execute("CREATE TABLE people (id int NOT NULL, name bytea NOT NULL)")
      let drifts = try await pool.check([
        DeclaredStatement("list", "SELECT id, name, id AS age FROM people", returns: Person.self),
        DeclaredStatement("age", "SELECT id, 'x', age FROM people", returns: Person.self),
        DeclaredStatement("find", "SELECT 1 FROM people WHERE id = \("x")"),
      ])
      #expect(drifts.map(\.subject) == ["list", "age", "find"])
      #expect(drifts.first?.problem == "column 2 (name): expected String, got bytea")
      #expect(drifts.dropFirst().first?.problem == #"column "age" does not exist (42703)"#)
      #expect(drifts.last?.problem.hasPrefix("operator does not exist: integer = text") == true)
    }
  }

  @Test func `what mends several statements is told once`() async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE TABLE people (id int NOT NULL)")
      let findings = try await pool.check(
        [
          DeclaredStatement("names", "SELECT id, name FROM people"),
          DeclaredStatement("ages", "SELECT age FROM people"),
        ],
        SchemaScript("CREATE TABLE people (id int NOT NULL, name text, age int);", name: "schema.sql"))
      let refusals = findings.filter { $0.severity == .refusal }
      #expect(refusals.map(\.subject) == ["names", "ages"])
      let remedy = ["ALTER TABLE public.people ADD COLUMN name text", "ALTER TABLE public.people ADD COLUMN age int"]
      #expect(refusals.map(\.remedy) == [remedy, []])
    }
  }

  @Test func `columns that have changed places are found by their names, in the statement or in the model`()
    async throws
  {
    struct Pair: Row {
      let first: String
      let second: String
      static let decoder = RowDecoder(Pair.init, Column("first", \.first), Column("second", \.second))
    }
    struct Swapped: Row {
      let first: String
      let second: String
      static let decoder = RowDecoder(Swapped.init, Column("second", \.second), Column("first", \.first))
    }
    try await withPool { pool in
      try await pool.session().execute("CREATE TABLE pairs (first text NOT NULL, second text NOT NULL)")
      let findings = try await pool.check([
        DeclaredStatement("right", "SELECT \(Pair.columns) FROM pairs", returns: Pair.self),
        DeclaredStatement("other way", "SELECT second, first FROM pairs", returns: Pair.self),
        DeclaredStatement("computed", "SELECT first, lower(second) FROM pairs", returns: Pair.self),
        DeclaredStatement("too few", "SELECT first FROM pairs", returns: Pair.self),
        DeclaredStatement(
          "unknown", "SELECT \(Pair.columns(replacing: ["frist": "''"])) FROM pairs", returns: Pair.self),
        DeclaredStatement("model", "SELECT \(Swapped.columns) FROM pairs", returns: Swapped.self),
      ])
      #expect(findings.allSatisfy { $0.severity == .refusal })
      #expect(
        findings.map { "\($0.subject): \($0.problem)" } == [
          "other way: column 1 (second): expected one that is called first",
          "other way: column 2 (first): expected one that is called second",
          "computed: column 2 (lower): expected one that is called second; what is computed is named by AS",
          "too few: expected 2 columns, got 1", "unknown: expected 2 columns, got 3",
          "model: Swapped: column second stands before first, but the properties are declared the other way round",
        ])
    }
  }

  @Test func `a column that may be NULL is told where the model's type takes none`() async throws {
    struct Item: Row {
      let id: Int32
      let name: String
      let note: String?
      static let decoder = RowDecoder(Item.init, Column("id", \.id), Column("name", \.name), Column("note", \.note))
    }
    let byName = Lookup<String, Item>("name") { "SELECT \(Item.columns) FROM items WHERE name = ANY(\($0))" }
    @Sendable @LoopActor func findings(_ pool: Pool) async throws -> [Finding] {
      try await pool.check([
        DeclaredStatement("list", "SELECT \(Item.columns) FROM items", returns: Item.self),
        DeclaredStatement("computed", "SELECT id, coalesce(name, '') AS name, note FROM items", returns: Item.self),
        DeclaredStatement("find", byName),
      ])
    }
    try await withPool { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE items (id int NOT NULL, name text, note text)")
      let found = try await findings(pool)
      #expect(found.map(\.severity) == [.warning])
      #expect(
        found.first?.description
          == "list: column 2 (name) may be NULL in public.items, but String takes no NULL; "
          + "what has a row with NULL there is answered with 503; ALTER TABLE public.items ALTER COLUMN name SET NOT NULL"
      )
      try await session.execute("ALTER TABLE items ADD CHECK (name IS NOT NULL)")
      #expect(try await findings(pool) == [])
      try await session.execute("ALTER TABLE items DROP CONSTRAINT items_name_check, ALTER name SET NOT NULL")
      #expect(try await findings(pool) == [])
    }
  }

  @Test func `what can be done without is a warning`() async throws {
    try await withPool { pool in
      let statement = DeclaredStatement("find", "SELECT id FROM nowhere")
      let (needed, dispensable) = (try await pool.check([statement]), try await pool.check([statement.dispensable]))
      #expect((needed.map(\.severity), dispensable.map(\.severity)) == ([.refusal], [.warning]))
      #expect(needed.map(\.problem) == dispensable.map(\.problem))
    }
  }
}
