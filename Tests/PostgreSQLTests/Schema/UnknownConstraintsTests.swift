import TestSupport
import Testing

@testable import PostgreSQL

struct UnknownConstraintsTests {
  private static let names = [
    "things_pkey", "ix_things", "things_owner_fkey", "later", "things.title", "things_titel_key", "things.titel",
    "things",
  ]

  @Test func `a name that no constraint, index or column has is a warning`() async throws {
    try await withPool { pool in
      try await pool.session().execute(
        """
        CREATE TABLE things (id int PRIMARY KEY, title text NOT NULL, owner int REFERENCES things,
          other int CONSTRAINT later CHECK (other > 0))
        """)
      try await pool.session().execute("CREATE UNIQUE INDEX ix_things ON things (title)")
      let findings = try await pool.check([], constraints: Self.names)
      #expect(findings.map(\.subject) == ["things", "things.titel", "things_titel_key"].map { "constraint \($0)" })
      #expect(findings.allSatisfy { $0.severity == .warning })
      #expect(try await pool.check([], constraints: []).isEmpty)
    }
  }

  @Test func `while tables are missing nothing is said of them`() async throws {
    try await withPool { pool in
      let script = SchemaScript("CREATE TABLE things (id int PRIMARY KEY);", name: "schema.sql")
      let findings = try await pool.check([], script, constraints: ["things_pkey"])
      #expect(!findings.contains { $0.subject.hasPrefix("constraint ") } && !findings.isEmpty)
    }
  }
}
