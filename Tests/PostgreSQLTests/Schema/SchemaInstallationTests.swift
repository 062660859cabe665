import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

/// On a real server; what is decided without one is in `SurroundingsTests`.
struct SchemaInstallationTests {
  private static let users =
    "CREATE TABLE IF NOT EXISTS users (id int PRIMARY KEY, email text);\n"
    + "CREATE UNIQUE INDEX IF NOT EXISTS ix_users_email ON users (email);\n"
  private static let groups = "CREATE TYPE mood AS ENUM ('a');\nCREATE TABLE groups (id int, mood mood);\n"

  private func script(_ text: String) -> SchemaScript { SchemaScript(text, name: "schema.sql") }

  private func make(_ pool: Pool, _ text: String) async throws -> [String] {
    try await pool.makeTables(of: script(text))
  }

  /// Tries again where that is the advice: who waits for his turn, on a machine that has much else to do.
  private func makeAsTold(_ pool: Pool, _ text: String) async throws -> [String] {
    while true {
      do { return try await make(pool, text) } catch DatabaseError.unavailable(let reason)
        where reason.hasSuffix("try again later")
      {}
    }
  }

  private func mismatch(_ pool: Pool, _ text: String) async throws -> String? {
    do {
      _ = try await make(pool, text)
      return nil
    } catch let mismatch as SchemaMismatch {
      return mismatch.description
    }
  }

  @LoopActor private func count(_ pool: Pool, _ relation: String) async throws -> Int64 {
    try await pool.session().value("SELECT count(*) FROM pg_class WHERE relname = \(relation)") ?? -1
  }

  @Test func `an empty database gets everything, and once`() async throws {
    try await withPool { pool in
      let made = try await make(pool, Self.users + Self.groups)
      #expect(made == ["users", "groups"])
      #expect(try await make(pool, Self.users + Self.groups) == [])
      #expect(try await count(pool, "ix_users_email") == 1)
    }
  }

  @Test func `a table that is there gets nothing, while another is made`() async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE TABLE users (id int, email text)")
      #expect(try await make(pool, Self.users) == [])
      #expect(try await make(pool, Self.users + Self.groups) == ["groups"])
      #expect(try await count(pool, "ix_users_email") == 0)
    }
  }

  @Test func `a view of the name is one that is there`() async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE VIEW users AS SELECT 1 AS id, 'a' AS email")
      #expect(try await make(pool, Self.users) == [])
    }
  }

  @Test func `nothing is made beside the table of another schema, nor in a transaction of its own`() async throws {
    try await withPool { pool in
      try await pool.session().execute("CREATE SCHEMA \"My App\" CREATE TABLE users (id int, email text)")
      let message = try await mismatch(pool, Self.users + Self.groups)
      #expect(message?.contains(#"there is "My App".users"#) == true)
      #expect(message?.contains(#"SET search_path = "My App""#) == true)
      #expect(try await count(pool, "groups") == 0)
    }
  }

  @Test func `a mistake is named with its line, and nothing remains`() async throws {
    try await withPool { pool in
      let message = try await mismatch(pool, Self.users + "CREATE TABLE things (id itn);\n")
      #expect(message?.contains(#"schema.sql, line 3: type "itn" does not exist (42704)"#) == true)
      #expect(try await count(pool, "users") == 0)
      try await pool.session().execute("CREATE TABLE other (id int); CREATE INDEX ix_users_email ON other (id)".asSQL)
      let taken = try await mismatch(
        pool, "CREATE TABLE users (email text);\nCREATE INDEX ix_users_email ON users (email)")
      #expect(taken?.contains(#"schema.sql, line 2: relation "ix_users_email" already exists"#) == true)
    }
  }

  @Test(arguments: [
    ("CREATE TABLE a (id int,\n  name text,\n);", #"schema.sql, line 3: syntax error at or near ")" (42601)"#),
    ("CREATE TABLE a (\n  id int REFERENCES gone);", #"schema.sql, line 1: relation "gone" does not exist (42P01)"#),
    ("CREATE TABLE a (id int PRIMARY KEY);\nINSERT INTO a VALUES (1), (1);", "schema.sql, line 2: duplicate key"),
    (
      "CREATE TABLE a (id int UNIQUE, b int REFERENCES a (id) INITIALLY DEFERRED);\nINSERT INTO a VALUES (1, 2);",
      "schema.sql: insert or update on table"
    ),
    ("BEGIN;\nCREATE TABLE a (id int);\nCOMMIT;", "schema.sql, line 1: BEGIN has no place in it"),
    ("CREATE TABLE a (id int);\nCOPY a FROM STDIN;", "schema.sql, line 2: COPY has no place in it"),
    ("CREATE TABLE a (id int);\nCREATE INDEX CONCURRENTLY b ON a (id);", "schema.sql, line 2: CREATE INDEX"),
    ("CREATE TABLE a (id int);\n\\i other.sql\n;", #"schema.sql, line 2: syntax error at or near "\" (42601)"#),
  ])
  func `whatever is wrong with a script, it is told once and for good, with its place`(
    text: String, message: String
  ) async throws {
    try await withPool { pool in
      let mismatch = try await mismatch(pool, text)
      #expect(mismatch?.contains(message) == true, "\(mismatch ?? "")")
      #expect(try await count(pool, "a") == 0)
    }
  }

  @Test func `what a script sets for its session, as pg_dump does, is met by nobody else`() async throws {
    try await withPool { _, options in
      options.size = 1
    } _: { pool in
      let text = "SELECT pg_catalog.set_config('search_path', '', false);\nCREATE TABLE public.a (id int);"
      let made = try await make(pool, text)
      #expect(made == ["public.a"])
      #expect(try await pool.session().value("SELECT count(*) FROM a", as: Int64.self) == 0)
    }
  }

  @Test func `twenty that start at the same moment make one`() async throws {
    try await withPool { _, options in
      options.size = 8
    } _: { pool in
      let made = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<20 { group.addTask { try await makeAsTold(pool, Self.users) } }
        var made: [String] = []
        for try await tables in group { made += tables }
        return made
      }
      #expect(made == ["users"])
    }
  }

  @Test func `a table that refers to one which is in use waits for a moment only, and is made later`() async throws {
    try await withPool { pool in
      let text = Self.users + "CREATE TABLE notes (author int REFERENCES users);\n"
      _ = try await make(pool, Self.users)
      try await withOther(pool) { other in
        try await other.session().transaction { session in
          try await session.execute("INSERT INTO users VALUES (1, 'a')")
          await #expect(throws: DatabaseError.self) { try await make(pool, text) }
        }
      }
      #expect(try await make(pool, text) == ["notes"])
    }
  }

  @Test func `a database that may only be read is told apart from one that does not fit`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let database = try cluster.makeDatabase()
    let url = cluster.url(database) + "&options=-c%20default_transaction_read_only%3Don"
    try await withPool(at: url) { pool in
      do {
        _ = try await make(pool, Self.users)
        Issue.record("made")
      } catch DatabaseError.unavailable(let reason) {
        #expect(reason.contains("may only be read"))
      }
    }
  }
}

extension String {
  /// A text of the test's own.
  fileprivate var asSQL: SQL { SQL(statement: "DO $do$ BEGIN \(self); END $do$") }
}
