import EventLoop
import PostgreSQL
import Testing

@testable import roster

struct RefusalLogTests {
  /// Whether each refusal of a cause at a second is told.
  private func told(_ refusals: (SQLState, Int64)...) -> [Bool] {
    var log = RefusalLog()
    return refusals.map { log.isNew($0.0, at: MonotonicTime(nanoseconds: $0.1 * 1_000_000_000)) }
  }

  @Test func `a cause is told once, however many requests it meets`() {
    #expect(told((.diskFull, 0), (.diskFull, 0), (.diskFull, 9), (.diskFull, 18)) == [true, false, false, false])
  }

  @Test func `another cause is told as well`() {
    #expect(told((.diskFull, 0), (.readOnlySQLTransaction, 0), (.diskFull, 0)) == [true, true, false])
  }

  @Test func `a cause that had passed is told again`() {
    #expect(told((.diskFull, 0), (.diskFull, 11)) == [true, true])
  }
}
