import EventLoop
import PostgreSQL
import Testing

@testable import Resources

struct RefusalLogTests {
  /// Whether each refusal of a cause at a second is told.
  private func told(_ refusals: (SQLState, Int64)...) -> [Bool] {
    var log = RefusalLog()
    return refusals.map {
      log.isNew(.init(ServerError($0.0, message: "")), at: MonotonicTime(nanoseconds: $0.1 * 1_000_000_000))
    }
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

  @Test func `two constraints are two causes`() {
    var log = RefusalLog()
    var error = ServerError(.checkViolation, message: "no")
    let now = MonotonicTime(nanoseconds: 0)
    let told = ["a", "b", "a"].map { name in
      error.constraint = name
      return log.isNew(.init(error), at: now)
    }
    #expect(told == [true, true, false])
  }

  @Test func `causes without end do not fill the memory`() {
    var log = RefusalLog()
    var error = ServerError(.checkViolation, message: "no")
    for number in 0..<10_000 {
      error.constraint = "c\(number)"
      let isNew = log.isNew(.init(error), at: MonotonicTime(nanoseconds: 0))
      #expect(isNew)
    }
    let isStillNew = log.isNew(.init(error), at: MonotonicTime(nanoseconds: 1))
    #expect(!isStillNew)
  }
}
