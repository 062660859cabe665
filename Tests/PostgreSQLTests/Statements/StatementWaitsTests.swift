import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

/// What a task is told of the statements that it has waited for.
@Suite(.ownThread) struct StatementWaitsTests {
  private struct Told: Equatable {
    var queued: Duration
    var answered: Duration
    var server: Int32
  }

  @LoopActor private func told(_ body: () async throws -> Void) async rethrows -> Told {
    let waits = Waits()
    try await Waits.$ofTask.withValue(waits) { try await body() }
    return Told(
      queued: .nanoseconds(waits.queued), answered: .nanoseconds(waits.answered), server: waits.server)
  }

  @Test func `the server's time, and which process it was`() async throws {
    try await withPool { pool in
      var server = 0
      let told = try await told {
        server = try await pool.session().value("SELECT pg_backend_pid() FROM pg_sleep(0.1)", as: Int.self) ?? 0
      }
      #expect(server > 0 && Int(told.server) == server)
      #expect((.milliseconds(100)...(.seconds(20))).contains(told.answered))
      #expect(told.queued < .milliseconds(100))
    }
  }

  @Test func `the time in which no connection was free`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let (begun, tell) = AsyncStream<Void>.makeStream()
      let blocker = Task {
        try await pool.session().transaction { session in
          tell.finish()
          try await session.execute("SELECT pg_sleep(0.4)")
        }
      }
      for await _ in begun {}
      let told = try await told { _ = try await pool.session().execute("SELECT 1") }
      _ = try await blocker.value
      #expect(told.queued >= .milliseconds(100))
      #expect(told.server != 0)
    }
  }

  @Test func `a statement that fails, and one that never leaves`() async throws {
    try await withPool { pool in
      let failed = await told {
        let result = try? await pool.session().execute("SELECT 1 / (SELECT 0) FROM pg_sleep(0.05)")
        #expect(result == nil)
      }
      #expect(failed.answered >= .milliseconds(50) && failed.server != 0)
      await pool.close()
      let refused = await told { #expect((try? await pool.session().execute("SELECT 1")) == nil) }
      #expect(refused.answered == .zero && refused.server == 0)
    }
  }

  @Test func `lookups of the same moment share a statement, and each task is told`() async throws {
    try await withItems { pool in
      let tasks = (0..<20).map { number in
        Task { @LoopActor in
          // Half of them are not there.
          try await told { _ = try await pool.session().find(Int32(number * 10), by: Item.byID) }
        }
      }
      for task in tasks {
        let told = try await task.value
        #expect(told.server != 0 && told.answered > .zero)
      }
      let all = try await told { _ = try await pool.session().findAll(1, by: Item.byID) }
      #expect(all.server != 0 && all.answered > .zero)
    }
  }
}
