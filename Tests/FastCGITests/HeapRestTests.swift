import EventLoop
import Testing

@testable import FastCGI

struct HeapRestTests {
  private static func time(_ milliseconds: Int64) -> MonotonicTime {
    MonotonicTime(nanoseconds: milliseconds * 1_000_000)
  }

  @Test func `little leaves nothing behind`() {
    var heap = HeapRest()
    #expect(heap.note(0, at: Self.time(0)) == nil)
    #expect(heap.note(HeapRest.much - 1, at: Self.time(1)) == nil)
  }

  @Test func `what much has left is given back when there has been less for a second`() {
    var heap = HeapRest()
    #expect(heap.note(HeapRest.much, at: Self.time(0)) == Self.time(1000))
    #expect(heap.note(HeapRest.much * 9, at: Self.time(600)) == nil)
    #expect(heap.note(5, at: Self.time(900)) == nil)
    #expect(heap.look(at: Self.time(1000)) == .look(Self.time(1600)))
    #expect(heap.look(at: Self.time(1600)) == .trim)
    #expect(heap.note(HeapRest.much, at: Self.time(1700)) == Self.time(2700))
  }

  @Test func `while much comes again and again nothing is looked for`() {
    var heap = HeapRest()
    var look = heap.note(HeapRest.much, at: Self.time(0))
    for step in 1...100 as ClosedRange<Int64> {
      let now = Self.time(step * 100)
      #expect(heap.note(HeapRest.much, at: now) == nil)
      guard let time = look, time <= now else { continue }
      let action = heap.look(at: now)
      #expect(action != .trim)
      if case .look(let next) = action { look = next }
    }
  }
}
