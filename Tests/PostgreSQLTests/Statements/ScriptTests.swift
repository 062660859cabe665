import EventLoop
import Testing

@testable import PostgreSQL

struct ScriptTests {
  private struct Count: Row {
    let value: Int64
    static let decoder = RowDecoder(Count.init)
  }

  @Test func `a script runs as one statement, whatever dollars it has`() async throws {
    let count = try await withPool { pool in
      let script = """
        CREATE TABLE numbers (value integer);  -- $script$
        DO $$ BEGIN INSERT INTO numbers VALUES (1); END $$;
        INSERT INTO numbers VALUES (2);
        """
      return try await pool.withSession { session -> Int64? in
        _ = try await session.execute(SQL(script: script, lock: 7))
        let count: Count? = try await session.first("SELECT count(*) FROM numbers")
        return count?.value
      }
    }
    #expect(count == 2)
  }

  @Test func `a script that fails changes nothing`() async throws {
    let state = try await withPool { pool in
      try await pool.withSession { session in
        do {
          _ = try await session.execute(SQL(script: "CREATE TABLE numbers (value integer); SELECT 1/0", lock: 7))
        } catch DatabaseError.server(let error) {
          #expect(error.sqlState == SQLState("22012"))
        }
        do {
          let _: Count? = try await session.first("SELECT count(*) FROM numbers")
        } catch DatabaseError.server(let error) {
          return error.sqlState
        }
        return SQLState("00000")
      }
    }
    #expect(state == .undefinedTable)
  }

  @Test func `twenty that run at the same time take turns`() async throws {
    let script = "CREATE TABLE IF NOT EXISTS numbers (value serial)"
    try await withPool { _, options in
      options.size = 8
    } _: { pool in
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<20 {
          group.addTask { try await pool.withSession { _ = try await $0.execute(SQL(script: script, lock: 7)) } }
        }
        try await group.waitForAll()
      }
    }
  }
}
