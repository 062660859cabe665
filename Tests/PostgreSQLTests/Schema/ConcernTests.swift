import EventLoop
import Testing

@testable import PostgreSQL

struct ConcernTests {
  /// The columns that the catalogue names for what a statement is refused with.
  @LoopActor private func columns(_ pool: Pool, _ table: String, _ refused: SQL) async throws -> [String] {
    do {
      try await pool.session().execute(refused)
    } catch .server(let error) {
      return try await pool.session().columns(concernedBy: error, of: table)
    }
    return ["not refused"]
  }

  @Test func `a unique key is known by its columns, whatever it is called and whatever it is made of`() async throws {
    try await withPool { pool in
      let session = pool.session()
      for statement: SQL in [
        "CREATE TABLE t (id int PRIMARY KEY, email text, name text, tenant int DEFAULT 1, gone boolean DEFAULT false)",
        "CREATE UNIQUE INDEX whatever ON t (email) WHERE NOT gone",
        "CREATE UNIQUE INDEX folded ON t (lower(email))",
        "CREATE UNIQUE INDEX together ON t (tenant, name)",
        "INSERT INTO t (id, email, name) VALUES (1, 'a', 'n')",
      ] { try await session.execute(statement) }
      let primary = try await self.columns(pool, "t", "INSERT INTO t (id) VALUES (1)")
      let email = try await self.columns(pool, "t", "INSERT INTO t (id, email) VALUES (2, 'a')")
      let folded = try await self.columns(pool, "t", "INSERT INTO t (id, email) VALUES (2, 'A')")
      let together = try await self.columns(pool, "t", "INSERT INTO t (id, name) VALUES (2, 'n')")
      #expect([primary, email, folded, together] == [["id"], ["email"], ["email"], ["name", "tenant"]])
    }
  }

  @Test func `partitions and the table below a view count as the table, another table does not`() async throws {
    try await withPool { pool in
      let session = pool.session()
      for statement: SQL in [
        "CREATE TABLE t (email text PRIMARY KEY) PARTITION BY HASH (email)",
        "CREATE TABLE t0 PARTITION OF t FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
        "CREATE TABLE u (email text UNIQUE)", "CREATE VIEW v AS SELECT email FROM u",
        "INSERT INTO t VALUES ('a')", "INSERT INTO v VALUES ('a')",
      ] { try await session.execute(statement) }
      let partition = try await self.columns(pool, "t", "INSERT INTO t VALUES ('a')")
      let view = try await self.columns(pool, "v", "INSERT INTO v VALUES ('a')")
      let other = try await self.columns(pool, "t", "INSERT INTO u VALUES ('a')")
      #expect([partition, view, other] == [["email"], ["email"], []])
    }
  }

  @Test func `a CHECK and a domain have their columns, and long texts their limits`() async throws {
    try await withPool { pool in
      let session = pool.session()
      for statement: SQL in [
        "CREATE DOMAIN short AS varchar(5) CHECK (VALUE <> 'x')",
        "CREATE TABLE t (a short, b varchar(3), c char(2), d text, CHECK (length(d) < 3))",
      ] { try await session.execute(statement) }
      let check = try await self.columns(pool, "t", "INSERT INTO t (d) VALUES ('long')")
      let domain = try await self.columns(pool, "t", "INSERT INTO t (a) VALUES ('x')")
      let limits = try await session.lengthLimits(of: "t")
      #expect((check, domain) == (["d"], ["a"]))
      #expect(limits == ["a": 5, "b": 3, "c": 2])
    }
  }

  @Test func `a text that the encoding lacks is read from the message in any language`() {
    let message =
      "Zeichen mit Byte-Folge 0xf0 0x9f 0x98 0x80 in Kodierung »UTF8« hat keine Entsprechung in Kodierung »LATIN1«"
    #expect(ServerError(.untranslatableCharacter, message: message).untranslatable == "😀")
    #expect(ServerError(.untranslatableCharacter, message: "no").untranslatable == nil)
  }
}
