import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

/// On a real server; what is decided without one is in `MigrationsTests` and `AppliedMigrationsTests`.
struct MigrationRunTests {
  private typealias People = PeopleSchema

  @Test func `an older database gets the same tables as a fresh one, and both know it`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let (older, fresh) = (try cluster.makeDatabase(), try cluster.makeDatabase())
    try await withPool(at: cluster.url(older)) { pool in
      _ = try await pool.makeTables(of: People.first)
      #expect(try await migrate(pool, People.second) == ["0001-phone.sql", "0002-phone-index.sql"])
      #expect(try await migrate(pool, People.second) == [])
      #expect(try await pool.makeTables(of: People.second) == [])
      #expect(try await recorded(pool) == ["0001-phone.sql", "0002-phone-index.sql"])
      #expect(try await pool.check([], People.second).isEmpty)
    }
    try await withPool(at: cluster.url(fresh)) { pool in
      let before = try await migrate(pool, People.second)
      #expect(before == [])
      #expect(try await pool.makeTables(of: People.second) == ["people"])
      #expect(try await migrate(pool, People.second) == [])
      #expect(try await recorded(pool) == ["0001-phone.sql", "0002-phone-index.sql"])
    }
    #expect(try cluster.description(of: older) == cluster.description(of: fresh))
  }

  @Test func `without migrations a database gets nothing besides its tables`() async throws {
    try await withFirstPeople { pool in
      let applied = try await migrate(pool, People.first)
      #expect(applied == [])
      #expect(try await pool.check([], People.first).isEmpty)
      let others: SQL = "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
      #expect(try await pool.session().value(others, as: Int64.self) == 1)
    }
  }

  @Test func `what fails in the middle leaves nothing of itself, and says where and why`() async throws {
    try await withFirstPeople { pool in
      let script = People.script(
        People.phone,
        ("0002-b.sql", "ALTER TABLE people ADD COLUMN a int;\n\nALTER TABLE people\n  ADD COLUMN b itn;\n"))
      let message = try await mismatch { _ = try await migrate(pool, script) }
      #expect(message?.contains(#"0002-b.sql, line 4: type "itn" does not exist (42704)"#) == true)
      #expect(message?.contains("-- in: ALTER TABLE people ADD COLUMN b itn") == true)
      #expect(message?.contains("nothing of it has been applied") == true)
      #expect(try await recorded(pool) == ["0001-phone.sql"])
      let columns: SQL = "SELECT count(*) FROM pg_attribute WHERE attrelid = 'people'::regclass AND attnum > 0"
      #expect(try await pool.session().value(columns, as: Int64.self) == 3)
    }
  }

  @Test func `what fails at the end of its transaction is named as well`() async throws {
    try await withFirstPeople { pool in
      let text = """
        ALTER TABLE people ADD COLUMN boss int REFERENCES people DEFERRABLE INITIALLY DEFERRED;
        INSERT INTO people VALUES (1, 'a', 2);
        """
      let message = try await mismatch { _ = try await migrate(pool, People.script(("0001-boss.sql", text))) }
      #expect(message?.hasPrefix("error: 0001-boss.sql: ") == true)
      #expect(message?.contains("23503") == true)
      #expect(try await recorded(pool).isEmpty)
    }
  }

  @Test func `twenty at the same time apply each once`() async throws {
    try await withFirstPeople(size: 8) { pool in
      let applied = try await withThrowingTaskGroup(of: [String].self) { group in
        for _ in 0..<20 {
          group.addTask {
            // Who does not get its turn for too long gives up, and is started again by whoever wants it.
            while true {
              do { return try await migrate(pool, People.second) } catch DatabaseError.unavailable {}
            }
          }
        }
        var applied: [String] = []
        for try await names in group { applied += names }
        return applied
      }
      #expect(applied.sorted() == ["0001-phone.sql", "0002-phone-index.sql"])
    }
  }

  @Test func `a table that is in use is asked for again and again, and its users do not wait for long`()
    async throws
  {
    try await withFirstPeople { pool in
      try await withOther(pool) { other in
        let migration = try await other.session().transaction { session in
          try await session.execute("SELECT count(*) FROM people")
          let migration = Task {
            try await migrate(pool, People.script(People.phone))
          }
          // Looks at a table for which somebody waits with a lock that excludes them; they wait for a second at most.
          try await withOther(pool) { third in
            let waits: SQL = "SELECT count(*) FROM pg_locks WHERE relation = 'people'::regclass AND NOT granted"
            var seen: Int64 = 0
            while seen < 5 {
              seen += try await third.session().value(waits) ?? 0
              try await third.session().execute("SELECT count(*) FROM people")
            }
          }
          return migration
        }
        #expect(try await migration.value == ["0001-phone.sql"])
      }
    }
  }

  @Test func `who is in the way for too long is told, with the place, and nothing remains`() async throws {
    try await withFirstPeople { pool in
      try await withOther(pool) { other in
        try await other.session().transaction { session in
          try await session.execute("LOCK TABLE people IN SHARE MODE")
          await expectUnavailable("0001-phone.sql, line 1: canceling statement due to lock timeout (55P03)") {
            try await migrate(pool, People.script(People.phone), patience: .milliseconds(300))
          }
        }
      }
      #expect(try await migrate(pool, People.script(People.phone)) == ["0001-phone.sql"])
    }
  }

  @Test func `what its session loses in the middle is not applied, and is when it is run again`() async throws {
    try await withFirstPeople { pool in
      let text = "ALTER TABLE people ADD COLUMN phone text; SELECT pg_advisory_xact_lock(1)"
      let script = People.script(("0001-a.sql", text))
      try await whileBlocked(pool) {
        let migration = Task { try await migrate(pool, script) }
        try await withOther(pool) { other in
          let victim: SQL = """
            SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
            WHERE query LIKE '%pg_advisory_xact_lock(1)' AND wait_event_type = 'Lock' AND datname = current_database()
            """
          for _ in 0..<10_000 {
            if try await other.session().value(victim, as: Int64.self) != 0 { break }
          }
        }
        await #expect(throws: DatabaseError.self) { try await migration.value }
        #expect(try await recorded(pool).isEmpty)
      }
      #expect(try await migrate(pool, script) == ["0001-a.sql"])
    }
  }

  @Test func `changes of a table that is not there yet are left to the script that makes it`() async throws {
    try await withFirstPeople { pool in
      let script = SchemaScript(
        "CREATE TABLE people (id int); CREATE TABLE notes (id int, a int);", name: "schema.sql",
        migrations: People.migrations(
          ("0001-a.sql", "ALTER TABLE notes ADD COLUMN a int"), ("0002-phone.sql", People.phone.text)))
      let message = try await mismatch { _ = try await pool.makeTables(of: script) }
      #expect(message?.contains("0001-a.sql: it has not been applied") == true)
      #expect(try await migrate(pool, script) == ["0001-a.sql", "0002-phone.sql"])
      #expect(try await pool.makeTables(of: script) == ["notes"])
    }
  }

  @Test func `a file that was changed after it had been applied stops those behind it`() async throws {
    try await withFirstPeople { pool in
      _ = try await migrate(pool, People.script(People.phone))
      let changed = People.script((People.phone.name, "ALTER TABLE people ADD COLUMN phone int"), People.index)
      let message = try await mismatch { _ = try await migrate(pool, changed) }
      #expect(message?.contains("0001-phone.sql: it was changed after it had been applied") == true)
      let remedy = try #require(message?.firstMatch(of: /UPDATE public\.migrations [^;]+/))
      try await pool.session().runOnce(SQL(statement: String(remedy.0)))
      #expect(try await migrate(pool, changed) == ["0002-phone-index.sql"])
    }
  }

  @Test func `what a database has already can be noted by the words that the refusal gives`() async throws {
    try await withFirstPeople { pool in
      try await pool.session().execute("ALTER TABLE people ADD COLUMN phone text")
      let message = try await mismatch { _ = try await migrate(pool, People.second) }
      #expect(message?.contains(#"column "phone" of relation "people" already exists (42701)"#) == true)
      let remedy = try #require(message?.firstMatch(of: /INSERT INTO public\.migrations [^;]+/))
      try await pool.session().runOnce(SQL(statement: String(remedy.0)))
      #expect(try await migrate(pool, People.second) == ["0002-phone-index.sql"])
    }
  }
}
