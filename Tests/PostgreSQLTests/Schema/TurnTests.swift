import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct TurnTests {
  @Test func `one after another has its turn, and sees what those before it have done`() async throws {
    try await withPool { _, options in
      options.size = 4
    } _: { pool in
      try await pool.session().execute("CREATE TABLE counter AS SELECT 0 AS value")
      try await withThrowingTaskGroup(of: Void.self) { group in
        for _ in 0..<10 {
          group.addTask {
            try await pool.inTurn(patience: .seconds(60)) { session in
              let value = try await session.value("SELECT value FROM counter", as: Int32.self) ?? 0
              try await session.execute("UPDATE counter SET value = \(value + 1)")
            }
          }
        }
        try await group.waitForAll()
      }
      #expect(try await pool.session().value("SELECT value FROM counter", as: Int32.self) == 10)
    }
  }

  @Test func `who fails gives its turn back`() async throws {
    try await withPool { pool in
      await #expect(throws: DatabaseError.self) {
        try await pool.inTurn { session in try await session.execute("SELECT 1/0") }
      }
      let value = try await pool.inTurn { session in try await session.value("SELECT 1", as: Int32.self) }
      #expect(value == 1)
    }
  }

  @Test func `who waits is done when another has done it`() async throws {
    try await withPool { pool in
      try await withOther(pool) { other in
        try await other.inTurn { _ in
          var looks = 0
          let value = try await pool.inTurn { _ in
            looks += 1
            return looks == 3 ? "done by another" : nil
          } _: { _ in
            "two have their turn"
          }
          #expect(value == "done by another")
        }
      }
    }
  }

  @Test func `who waits holds nothing up in the server, and gives up in the end`() async throws {
    try await withPool { pool in
      try await withOther(pool) { other in
        try await other.inTurn { _ in
          await expectUnavailable("another program makes or changes tables") {
            try await pool.inTurn(patience: .milliseconds(100)) { _ in Issue.record("two have their turn") }
          }
        }
      }
    }
  }
}
