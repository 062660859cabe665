import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct SwollenTests {
  private let start = MonotonicTime(nanoseconds: 0)

  private func state() -> PoolState {
    var state = PoolState(size: 8, depth: 64, isLocal: true)
    for index in 0..<8 { state.connect(index, at: start) }
    return state
  }

  @Test func `a large read goes where something large has been, if that is idle`() {
    var state = state()
    state.swell(5, at: start)
    #expect(state.connection(for: .largeRead, at: start) == 5)
    state.begin(5, .write, isRead: false, at: start)
    #expect(state.connection(for: .largeRead, at: start) == 1)
  }

  @Test func `what keeps too much is replaced when nothing large has come for a while, one after another`() {
    var state = state()
    for (index, second) in [(3, 1), (4, 0)] { state.swell(index, at: start + .seconds(second)) }
    #expect(state.swollen(for: .seconds(1), at: start + .milliseconds(999)) == nil)
    #expect(state.swollen(for: .seconds(1), at: start + .seconds(1)) == 4)
    state.retire(4)
    #expect(state.swollen(for: .seconds(1), at: start + .seconds(1)) == nil)
    #expect(state.swollen(for: .seconds(1), at: start + .seconds(2)) == 3)
    state.disconnect(3)
    #expect(state.hasSwollen)
    state.disconnect(4)
    #expect(!state.hasSwollen)
  }
}

@Suite(.ownThread) struct SwellingTests {
  private let process: SQL = "SELECT pg_backend_pid()"

  @Test(arguments: [true, false]) func `a connection is replaced after a large value, sent or received`(
    isSent: Bool
  ) async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let session = pool.session()
      let (text, length) = (String(repeating: "x", count: 1 << 20), Int32(1 << 20))
      let before = try await session.value(process, as: Int32.self)
      let size =
        isSent
        ? try await session.value("SELECT length(\(text))", as: Int.self)
        : try await session.value("SELECT repeat('x', \(length))", as: String.self)?.utf8.count
      #expect(size == Int(length))
      var now = before
      for _ in 0..<1000 where now == before {
        await EventLoop.main.sleep(for: .milliseconds(20))
        now = try await session.value(process, as: Int32.self)
      }
      #expect(now != before)
      #expect(!pool.admission.state.hasSwollen && pool.status.lastError == nil)
    }
  }

  @Test func `many small rows are nothing large`() async throws {
    try await withPool({ $1.size = 1 }) { pool in
      let rows = try await pool.session().execute("SELECT g, 'some text' FROM generate_series(1, 50000) g")
      #expect(rows == 50_000)
      #expect(!pool.admission.state.hasSwollen)
    }
  }
}
