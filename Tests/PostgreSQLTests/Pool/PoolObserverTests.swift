import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

@Suite(.ownThread) struct PoolObserverTests {
  /// What a pool's observer was told, in nanoseconds.
  @LoopActor private final class Told {
    var waits: [Int64] = []
    var answers: [Int64] = []

    var observer: PoolObserver {
      PoolObserver(waited: { self.waits.append($0) }, answered: { self.answers.append($0) })
    }
  }

  @Test func `it is told how long a statement waits, and how long it takes, also one that fails`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let told = Told()
      pool.observer = told.observer
      try await pool.session().execute("SELECT pg_sleep(0.05)")
      _ = try? await pool.session().execute("SELECT 1 / (SELECT 0 FROM pg_sleep(0.02))")
      #expect(told.waits == [0, 0])
      #expect(told.answers.count == 2)
      #expect(told.answers.first ?? 0 >= 50_000_000)
      #expect(told.answers.last ?? 0 >= 20_000_000)
    }
  }

  @Test func `who waits for a connection has waited until it has one`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let told = Told()
      pool.observer = told.observer
      let began = EventLoop.main.now  // which the times are counted from: the beginning of the turn
      let second = try await pool.session().transaction { session in
        try await session.execute("SELECT 1")
        let second = Task { @LoopActor in try await pool.session().value("SELECT 1", as: Int.self) }
        try await session.execute("SELECT pg_sleep(0.1)")
        return second
      }
      #expect(try await second.value == 1)
      let all = (MonotonicTime.now() - began).nanoseconds
      let longest = told.waits.max() ?? 0
      #expect(longest >= 90_000_000)
      #expect(longest <= all)
      #expect(told.waits.count { $0 > 50_000_000 } == 1)
      #expect(told.answers.allSatisfy { $0 <= all }, "\(told.answers), \(all)")
    }
  }
}
