import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct ConcurrentIndexTests {
  @Test(
    arguments: [
      ("CREATE INDEX CONCURRENTLY a ON b (c)", "a", "b"),
      ("create unique index concurrently a on only s.b (c)", "a", "s.b"),
      ("CREATE INDEX CONCURRENTLY IF NOT EXISTS \"A b\" ON \"B\" (c)", "A b", "B"),
      ("CREATE INDEX CONCURRENTLY ON b (c)", nil, nil), ("CREATE INDEX a ON b (c)", nil, nil),
      ("DROP INDEX CONCURRENTLY a", nil, nil), ("CREATE INDEX CONCURRENTLY", nil, nil),
      ("CREATE INDEX CONCURRENTLY a ON", nil, nil), ("REINDEX INDEX CONCURRENTLY a", nil, nil),
    ] as [(String, String?, String?)])
  func `its name and its table are those that the statement has`(text: String, name: String?, table: String?) {
    let index = ConcurrentIndex(Array(SQLTokens(text)))
    #expect(index?.name == name)
    #expect(index?.table.description == table)
  }

  @Test func `what a failure has left is removed, what is whole stays, what is being built is waited for`()
    async throws
  {
    try await withPool { _, options in
      options.size = 1
    } _: { pool in
      let session = pool.session()
      try await session.execute("CREATE TABLE \"My people\" (name text)")
      try await session.execute("INSERT INTO \"My people\" VALUES ('a'), ('a')")
      let text = "CREATE UNIQUE INDEX CONCURRENTLY \"Ix\" ON \"My people\" (name)"
      let index = try #require(ConcurrentIndex(Array(SQLTokens(text))))
      #expect(try await session.isThere(index) == false)
      await #expect(throws: DatabaseError.self) { try await session.runOnce(SQL(statement: text)) }
      let count: SQL = "SELECT count(*) FROM pg_class WHERE relname = 'Ix'"
      #expect(try await session.value(count, as: Int64.self) == 1)
      try await withOther(pool) { other in
        try await other.session().transaction { session in
          try await session.execute("LOCK TABLE \"My people\" IN SHARE UPDATE EXCLUSIVE MODE")
          await #expect { try await pool.session().isThere(index) } throws: {
            ($0 as? DatabaseError)?.sqlState == .lockNotAvailable
          }
        }
      }
      #expect(try await session.isThere(index) == false)
      #expect(try await session.value(count, as: Int64.self) == 0)
      try await session.execute("DELETE FROM \"My people\"")
      try await session.runOnce(SQL(statement: text))
      #expect(try await session.isThere(index))
    }
  }
}
