import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct ScriptCheckTests {
  private typealias People = PeopleSchema

  @Test func `a mistake in a script is found though its tables are there, with its line, and nothing is executed`()
    async throws
  {
    try await withFirstPeople { pool in
      let text = """
        CREATE TABLE people (id int);
        CREATE TABEL notes (id int);
        INSERT INTO gone VALUES (1);
        DROP TABEL people;
        """
      let findings = try await pool.check([], SchemaScript(text, name: "schema.sql"))
      #expect(findings.map(\.subject) == ["schema.sql, line 2", "schema.sql, line 4"])
      #expect(findings.first?.problem == #"syntax error at or near "TABEL" (42601)"#)
      #expect(findings.allSatisfy { $0.severity == .refusal })
      #expect(try await pool.session().value("SELECT count(*) FROM people", as: Int64.self) == 0)
    }
  }

  @Test func `a mistake in a migration is found before it is applied, and stops nobody who serves`() async throws {
    try await withFirstPeople { pool in
      let script = People.script(People.phone, ("0002-b.sql", "SELECT 1;\nALTER TABEL people"))
      let findings = try await pool.check([], script)
      #expect(findings.map(\.subject) == ["0002-b.sql, line 2", "0001-phone.sql", "0002-b.sql"])
      #expect(findings.allSatisfy { $0.severity == .warning })
    }
  }

  @Test func `what has not been applied is an error where the statements cannot be run without it`() async throws {
    try await withFirstPeople { pool in
      let fitting = [DeclaredStatement("read", "SELECT name FROM people")]
      #expect(try await pool.check(fitting, People.second).map(\.severity) == [.warning, .warning])
      let lacking = fitting + [DeclaredStatement("call", "SELECT phone FROM people")]
      let findings = try await pool.check(lacking, People.second)
      #expect(findings.map(\.subject) == ["call", "0001-phone.sql", "0002-phone-index.sql"])
      #expect(findings.allSatisfy { $0.severity == .refusal })
      _ = try await migrate(pool, People.second)
      #expect(try await pool.check(lacking, People.second).isEmpty)
    }
  }

  @Test func `an older version is told of a newer one, and works as long as its statements can be run`() async throws
  {
    try await withFirstPeople { pool in
      _ = try await migrate(pool, People.second)
      let older = SchemaScript(
        "CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL)", name: "schema.sql",
        migrations: People.migrations())
      let statement = [DeclaredStatement("read", "SELECT name FROM people")]
      #expect(try await pool.check(statement, older).map(\.severity) == [.note])
      #expect(try await migrate(pool, older) == [])
      try await pool.session().execute("ALTER TABLE people DROP COLUMN name")
      #expect(try await pool.check(statement, older).map(\.severity) == [.refusal, .note])
    }
  }

  @Test func `files that are wrong are told whatever the database has`() async throws {
    try await withFirstPeople { pool in
      let script = People.script(("0002-a.sql", "SELECT 1"))
      let findings = try await pool.check([], script)
      #expect(findings.map(\.subject) == ["0002-a.sql"])
      await #expect(throws: SchemaMismatch.self) { try await pool.makeTables(of: script) }
      await #expect(throws: SchemaMismatch.self) { try await migrate(pool, script) }
    }
  }
}
