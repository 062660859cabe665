import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

/// Statements that wait for a connection, too long or no longer.
@Suite(.ownThread) struct WaitingTests {
  @Test func `the queue is bounded`() async throws {
    try await withPool({ ($1.size, $1.queue, $1.pipelineDepth) = (1, 2, 1) }) { pool in
      try await whileBlocked(pool) {
        let slow = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        let waiting = [start(pool, "SELECT 1"), start(pool, "SELECT 1")]
        await wait { pool.status.waiting == 2 }
        await expectUnavailable("too many statements wait") { try await pool.session().execute("SELECT 1") }
        for task in waiting + [slow] { task.cancel() }
      }
    }
  }

  @Test func `who waits too long is told so`() async throws {
    try await withPool({ ($1.size, $1.timeout, $1.pipelineDepth) = (1, .milliseconds(300), 1) }) { pool in
      try await whileBlocked(pool) {
        let slow = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        await expectUnavailable("no connection was free") { try await pool.session().execute("SELECT 1") }
        slow.cancel()
      }
    }
  }

  @Test func `before a program serves, its statements wait as long for a busy connection as for the first`()
    async throws
  {
    let short = Duration.milliseconds(100)
    try await withPool({ ($1.size, $1.pipelineDepth, $1.busyTimeout) = (1, 1, short) }) { pool in
      try await whileBlocked(pool) {
        let slow = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        let patient = Task { try await pool.patiently { try await pool.session().execute("SELECT 1") } }
        await wait { pool.status.waiting == 1 }
        await EventLoop.main.sleep(for: short * 3)
        #expect(pool.status.waiting == 1)
        slow.cancel()
        patient.cancel()
      }
      #expect(pool.admission.waiting.timeout == short)
    }
  }

  @Test func `a task that is cancelled leaves the queue`() async throws {
    try await withPool({ ($1.size, $1.pipelineDepth) = (1, 1) }) { pool in
      try await whileBlocked(pool) {
        let slow = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        let task = start(pool, "SELECT 1")
        await wait { pool.status.waiting == 1 }
        task.cancel()
        await expectCancelled { try await task.value }
        #expect(pool.status.waiting == 0)
        slow.cancel()
      }
    }
  }

  @Test func `who is given a connection and cancelled in the same turn leaves it to the next that waits`()
    async throws
  {
    try await withPool({ ($1.size, $1.pipelineDepth) = (1, 1) }) { pool in
      let (second, third) = try await whileBlocked(pool) {
        _ = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        let second = start(pool, "SELECT 1")
        let third = start(pool, "SELECT 1")
        await wait { pool.status.waiting == 2 }
        pool.observer = PoolObserver(waited: { _ in second.cancel() }, answered: { _ in })
        return (second, third)
      }
      await expectCancelled { try await second.value }
      _ = try await third.value
    }
  }

  @Test func `a cancelled statement that is on its way runs to its end, its connection goes on`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let tasks = try await whileBlocked(pool) {
        let tasks = (0..<50).map { _ in start(pool, blockedStatement) }
        await wait { pool.status.busy == 1 }
        for task in tasks { task.cancel() }
        return tasks
      }
      for task in tasks { _ = try await task.value }
      let value = try await pool.session().value("SELECT 1", as: Int.self)
      #expect(value == 1)
      #expect((pool.status.connections, pool.status.lastError) == (1, nil))
    }
  }

  @Test func `cancellation may come from another thread`() async throws {
    try await withPool({ ($1.size, $1.pipelineDepth) = (1, 1) }) { pool in
      try await whileBlocked(pool) {
        _ = start(pool, blockedStatement)
        await wait { pool.status.busy == 1 }
        let task = start(pool, "SELECT 1")
        await wait { pool.status.waiting == 1 }
        await Task.detached { task.cancel() }.value
        await expectCancelled { try await task.value }
      }
    }
  }
}
