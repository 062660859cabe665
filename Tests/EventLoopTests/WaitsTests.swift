import EventLoop
import TestSupport
import Testing

struct WaitsTests {
  @Test func `what a task waits for is added up until its next piece of work begins`() async throws {
    try await onLoop {
      let waits = Waits()
      let now = EventLoop.main.now
      let before = MonotonicTime(nanoseconds: now.nanoseconds - 1000)
      #expect(!waits.hasWaited)
      waits.add(since: before, turn: MonotonicTime(nanoseconds: now.nanoseconds - 300), by: 7)
      waits.add(since: before, turn: now, by: 8)
      #expect((waits.queued, waits.answered, waits.server, waits.hasWaited) == (1700, 300, 8, true))
      waits.add(since: before, turn: nil, by: 0)
      #expect((waits.queued, waits.answered, waits.server) == (2700, 300, 8))
      waits.begin()
      #expect((waits.queued, waits.answered, waits.server, waits.hasWaited) == (0, 0, 0, false))
    }
  }

  @Test func `a turn that lies in the future takes no time back`() async throws {
    try await onLoop {
      let waits = Waits()
      let now = EventLoop.main.now
      waits.add(since: now + .seconds(1), turn: now + .seconds(2), by: 0)
      #expect((waits.queued, waits.answered) == (1_000_000_000, 0))
    }
  }

  @Test func `each task has its own`() async throws {
    try await onLoop {
      #expect(Waits.ofTask == nil)
      let waits = Waits()
      await Waits.$ofTask.withValue(waits) {
        await EventLoop.main.sleep(for: .milliseconds(1))
        #expect(Waits.ofTask === waits)
      }
      #expect(Waits.ofTask == nil)
    }
  }
}
