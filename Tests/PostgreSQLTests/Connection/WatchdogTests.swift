import EventLoop
import Testing

@testable import PostgreSQL

struct WatchdogTests {
  private let start = MonotonicTime.now()

  @Test func `without a limit nobody ever looks`() {
    var watchdog = Watchdog(limit: nil, at: start)
    #expect(watchdog.look(after: start) == nil)
    #expect(!watchdog.isOverdue(start, at: start + .seconds(1000)))
  }

  @Test func `the earliest statement says when to look`() {
    var watchdog = Watchdog(limit: .seconds(10), at: start)
    #expect(watchdog.look(after: start + .seconds(2)) == start + .seconds(12))
    #expect(watchdog.look(after: start + .seconds(3)) == nil)
    #expect(watchdog.look(after: start + .seconds(1)) == start + .seconds(11))
  }

  @Test func `those who wait for too long are told, as long as something arrives`() {
    var watchdog = Watchdog(limit: .seconds(10), at: start)
    watchdog.note(start + .seconds(5))
    #expect(watchdog.isOverdue(start, at: start + .seconds(10)))
    #expect(watchdog.verdict(isOwned: false, hasOverdue: true, at: start + .seconds(10)) == .tell)
    #expect(watchdog.look(after: nil) == start + .seconds(15))
  }

  @Test func `silence ends the connection, and so does a late transaction`() {
    var watchdog = Watchdog(limit: .seconds(10), at: start)
    #expect(watchdog.verdict(isOwned: false, hasOverdue: false, at: start + .seconds(10)) == .end)
    watchdog.note(start + .seconds(9))
    #expect(watchdog.verdict(isOwned: true, hasOverdue: true, at: start + .seconds(10)) == .end)
    #expect(watchdog.verdict(isOwned: true, hasOverdue: false, at: start + .seconds(10)) == .tell)
  }
}
