import EventLoop
import PostgreSQL
import Testing

@testable import roster

struct RefusalLogTests {
  private let start = MonotonicTime.now()

  @Test func `a cause is told once, however many requests it meets`() {
    var log = RefusalLog()
    #expect(log.isNew(.diskFull, at: start))
    for second in 1...100 { #expect(!log.isNew(.diskFull, at: start + .seconds(second * 5))) }
  }

  @Test func `another cause is told as well`() {
    var log = RefusalLog()
    #expect(log.isNew(.diskFull, at: start))
    #expect(log.isNew(.readOnlySQLTransaction, at: start))
    #expect(!log.isNew(.diskFull, at: start))
  }

  @Test func `a cause that had passed is told again`() {
    var log = RefusalLog()
    #expect(log.isNew(.diskFull, at: start))
    #expect(log.isNew(.diskFull, at: start + RefusalLog.quiet + .seconds(1)))
  }
}
