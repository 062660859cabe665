import EventLoop
import Testing

@testable import PostgreSQL

struct PoolHealthTests {
  @Test func `each cause is told once until all is well, also where two alternate`() {
    var health = PoolHealth()
    #expect(health.succeed() == nil)
    #expect(health.fail("refused") == "connection to the database: refused")
    #expect(health.fail("lost") == "connection to the database: lost")
    for reason in ["refused", "lost", "refused"] { #expect(health.fail(reason) == nil) }
    #expect(health.lastError == "refused")
    #expect(health.failures == 5)
    #expect(health.succeed() == "connection to the database: established again")
    #expect(health.succeed() == nil)
    #expect((health.lastError, health.failures) == (nil, 0))
    #expect(health.fail("refused") == "connection to the database: refused")
  }

  @Test func `causes that are always new cost no more memory`() {
    var health = PoolHealth()
    for number in 0..<100 { #expect(health.fail("cause \(number)") != nil) }
    #expect(health.fail("cause 99") == nil)
    #expect(health.fail("cause 0") != nil)
  }

  @Test func `it is down as long as there has been no connection`() {
    var health = PoolHealth()
    let start = MonotonicTime.now()
    #expect(!health.isDown(at: start, longerThan: .zero))
    health.begin(at: start)
    health.begin(at: start + .seconds(3))
    #expect(!health.isDown(at: start + .seconds(5), longerThan: .seconds(5)))
    #expect(health.isDown(at: start + .seconds(6), longerThan: .seconds(5)))
    _ = health.succeed()
    #expect(!health.isDown(at: start + .seconds(9), longerThan: .seconds(5)))
  }
}
