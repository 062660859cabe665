import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

/// Outside a transaction, and where something stands in the way.
extension MigrationRunTests {
  private typealias People = PeopleSchema

  private static let unique = (
    name: "0001-unique.sql",
    text: "-- outside a transaction\nCREATE UNIQUE INDEX CONCURRENTLY ix_people_name ON people (name);\n"
  )

  private static let indexes: SQL =
    "SELECT count(*) FROM pg_index WHERE indrelid = 'people'::regclass AND NOT indisprimary"

  @Test func `an index that cannot be built leaves nothing behind, and is built once it can`() async throws {
    try await withFirstPeople { pool in
      let session = pool.session()
      try await session.execute("INSERT INTO people VALUES (1, 'a'), (2, 'a')")
      let script = People.script(Self.unique, ("0002-phone.sql", People.phone.text))
      let message = try await mismatch { _ = try await migrate(pool, script) }
      #expect(message?.contains("0001-unique.sql, line 2: could not create unique index") == true)
      #expect(message?.contains("Key (name)=(a) is duplicated.") == true)
      #expect(try await session.value(Self.indexes, as: Int64.self) == 0)
      #expect(try await recorded(pool).isEmpty)
      try await session.execute("DELETE FROM people WHERE id = 2")
      #expect(try await migrate(pool, script) == ["0001-unique.sql", "0002-phone.sql"])
    }
  }

  @Test func `what a killed program has left is removed, or noted where it was whole`() async throws {
    try await withFirstPeople { pool in
      let session = pool.session()
      try await session.execute("INSERT INTO people VALUES (1, 'a'), (2, 'a')")
      let text = "CREATE UNIQUE INDEX CONCURRENTLY ix_people_name ON people (name)"
      await #expect(throws: DatabaseError.self) { try await session.runOnce(SQL(statement: text)) }
      #expect(try await session.value(Self.indexes, as: Int64.self) == 1)
      try await session.execute("DELETE FROM people WHERE id = 2")
      #expect(try await migrate(pool, People.script(Self.unique)) == ["0001-unique.sql"])
      try await session.execute("DELETE FROM migrations")
      #expect(try await migrate(pool, People.script(Self.unique)) == ["0001-unique.sql"])
      #expect(try await session.value(Self.indexes, as: Int64.self) == 1)
    }
  }

  @Test func `an index is built beside others who want their turn, whatever level their transactions have`()
    async throws
  {
    try await withPool { _, options in
      options.size = 8
    } _: { pool in
      _ = try await pool.makeTables(of: PeopleSchema.first)
      _ = try await migrate(pool, People.script(People.phone))
      try await pool.session().execute(
        """
        DO $$BEGIN
          EXECUTE 'ALTER DATABASE ' || current_database() || ' SET default_transaction_isolation = serializable';
        END$$
        """)
      // Somebody writes, which the index has to wait for; others want to apply it meanwhile.
      try await withOther(pool) { other in
        let tasks = try await other.session().transaction { session in
          try await session.execute("INSERT INTO people VALUES (1, 'a')")
          let tasks = (0..<3).map { _ in
            Task {
              try await withOther(pool) { pool in try await migrate(pool, PeopleSchema.second) }
            }
          }
          let waits: SQL = """
            SELECT count(*) FROM pg_stat_activity
            WHERE query LIKE 'CREATE INDEX CONCURRENTLY%' AND wait_event_type = 'Lock' AND datname = current_database()
            """
          for _ in 0..<10_000 {
            if try await pool.session().value(waits, as: Int64.self) != 0 { break }
          }
          return tasks
        }
        var applied: [String] = []
        for task in tasks { applied += try await task.value }
        #expect(applied == ["0002-phone-index.sql"])
      }
    }
  }

  @Test func `a limit of time that is set for the role does not end what takes long`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let url = cluster.url(try cluster.makeDatabase()) + "&options=-c%20statement_timeout%3D1000"
    try await withPool(at: url) { pool in
      _ = try await pool.makeTables(of: PeopleSchema.first)
      let sleep = (name: "0001-a.sql", text: "-- outside a transaction\nSELECT pg_sleep(1.5)")
      #expect(try await migrate(pool, People.script(sleep)) == ["0001-a.sql"])
      let script = People.script(sleep, ("0002-b.sql", "SELECT pg_sleep(30)"))
      let message = try await mismatch { _ = try await migrate(pool, script) }
      #expect(message?.contains("0002-b.sql, line 1: canceling statement due to statement timeout (57014)") == true)
      #expect(message?.contains("-- outside a transaction") == true)
    }
  }

  @Test(arguments: ["transaction", "session"])
  func `behind a pooler what has a transaction is applied, and the rest is refused with the reason`(
    mode: String
  ) async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let pooler = try PgBouncer(before: cluster, mode: mode)
    let database = try cluster.makeDatabase()
    try await withPool(at: pooler.url(database)) { pool in
      _ = try await pool.makeTables(of: PeopleSchema.first)
      let message = try await mismatch { _ = try await migrate(pool, People.second) }
      #expect(message?.contains("0002-phone-index.sql: it is to be applied outside a transaction") == true)
      #expect(try await recorded(pool) == ["0001-phone.sql"])
    }
    let applied = try await withPool(at: cluster.url(database)) { pool in try await migrate(pool, People.second) }
    #expect(applied == ["0002-phone-index.sql"])
  }

  @Test func `a role that may not change the tables is told so, and what it may read`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let database = try cluster.makeDatabase()
    try await withPool(at: cluster.url(database)) { pool in
      _ = try await pool.makeTables(of: PeopleSchema.first)
      let session = pool.session()
      try await session.execute(
        "DO $$BEGIN CREATE ROLE clerk LOGIN; EXCEPTION WHEN duplicate_object OR unique_violation THEN END$$")
      try await session.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
      try await session.execute("GRANT SELECT ON people TO clerk")
      let clerk = cluster.url(database).replacing("postgres@", with: "clerk@")
      try await withPool(at: clerk) { pool in
        let message = try await mismatch { _ = try await migrate(pool, People.second) }
        #expect(message?.contains("migrations: permission denied for schema public (42501)") == true)
        #expect(message?.contains("-- the owner of the tables may run: init-db") == true)
      }
      _ = try await migrate(pool, People.script(People.phone))
      try await withPool(at: clerk) { pool in
        let message = try await mismatch { _ = try await migrate(pool, People.second) }
        #expect(message?.contains("must be owner of table people (42501)") == true)
        #expect(try await pool.check([], People.second).map(\.subject) == ["0002-phone-index.sql"])
      }
      try await session.execute("REVOKE SELECT ON migrations FROM PUBLIC")
      try await withPool(at: clerk) { pool in
        let finding = try await pool.check([], People.second).first
        #expect(finding?.severity == .warning)
        #expect(finding?.remedy == ["GRANT SELECT ON public.migrations TO clerk"])
        #expect(try await pool.makeTables(of: People.second) == [])
      }
    }
  }
}
