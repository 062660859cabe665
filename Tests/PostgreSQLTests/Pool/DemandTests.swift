import EventLoop
import Testing

@testable import PostgreSQL

struct DemandTests {
  private let start = MonotonicTime(nanoseconds: 0)

  private func pool(_ size: Int) -> PoolState {
    var state = PoolState(size: size, depth: 64, isLocal: true)
    for index in 0..<size { state.connect(index, at: start) }
    return state
  }

  /// Puts as many on the pool as it takes, two hundred at most; returns where they went.
  private func fill(_ state: inout PoolState, _ demand: Demand) -> Set<Int> {
    var taken: Set<Int> = []
    for _ in 0..<200 {
      guard let index = state.connection(for: demand, at: start) else { break }
      taken.insert(index)
      state.begin(index, demand, isRead: demand.isRead, at: start)
    }
    return taken
  }

  @Test func `whatever else there is, the first connection is for lookups`() {
    var state = pool(8)
    #expect(fill(&state, .slowRead) == [1, 2, 3, 4])
    #expect(fill(&state, .write) == [5, 6, 7])
    #expect(fill(&state, .read) == [])
    #expect(state.connection(for: .lookup, at: start) == 0)
  }

  @Test func `writes leave a share to reads`() {
    var state = pool(8)
    #expect(fill(&state, .write) == [2, 3, 4, 5, 6, 7])
    #expect(state.connection(for: .transaction, at: start) != nil)  // behind what is there
    #expect(state.connection(for: .read, at: start) == 1)
  }

  @Test func `a slow read has its connection alone, and no more than half have one`() {
    var state = pool(4)
    #expect(state.connection(for: .slowRead, at: start) == 1)
    state.begin(1, .slowRead, isRead: true, at: start)
    #expect(state.connection(for: .read, at: start) == 2)
    state.begin(2, .slowRead, isRead: true, at: start)
    #expect(state.connection(for: .slowRead, at: start) == nil)
    _ = state.end(1, isRead: true, at: start + .milliseconds(80))
    #expect(state.connection(for: .read, at: start + .milliseconds(80)) == 1)
    #expect(state.connection(for: .slowRead, at: start + .milliseconds(80)) == 1)
  }

  @Test func `large reads come one after another, beside slow ones`() {
    var state = pool(8)
    #expect(fill(&state, .largeRead) == [1])
    #expect(fill(&state, .slowRead) == [2, 3, 4, 5])
    _ = state.end(1, isRead: true, at: start + .milliseconds(3))
    #expect(state.connection(for: .largeRead, at: start + .milliseconds(6)) == 1)
  }

  @Test(arguments: [(3, 6), (20, 40), (3000, 3020)])
  func `after a large read the next one waits as long as that took, up to a limit`(_ took: Int, _ next: Int) {
    var state = pool(8)
    #expect(fill(&state, .largeRead) == [1])
    _ = state.end(1, isRead: true, at: start + .milliseconds(took))
    #expect(state.connection(for: .largeRead, at: start + .milliseconds(next - 1)) == nil)
    #expect(state.connection(for: .read, at: start + .milliseconds(took)) != nil)
    #expect(state.connection(for: .slowRead, at: start + .milliseconds(took)) != nil)
    #expect(state.connection(for: .largeRead, at: start + .milliseconds(next)) == 1)
  }

  @Test(arguments: 1...3) func `few connections are for everything`(_ size: Int) {
    for demand in Demand.allCases {
      var state = pool(size)
      #expect(fill(&state, demand).count == size)
    }
  }
}
