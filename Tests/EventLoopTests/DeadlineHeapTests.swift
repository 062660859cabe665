import TestSupport
import Testing

@testable import EventLoop

struct DeadlineHeapTests {
  @Test func `deadlines pass in the order of their times`() {
    var heap = DeadlineHeap<Int>()
    for time in [50, 10, 40, 20, 30] { _ = heap.add(time, at: MonotonicTime(nanoseconds: Int64(time))) }
    #expect(heap.popPassed(at: MonotonicTime(nanoseconds: 9)) == nil)
    #expect(heap.earliest == MonotonicTime(nanoseconds: 10))
    var passed: [Int] = []
    while let next = heap.popPassed(at: MonotonicTime(nanoseconds: 45)) { passed.append(next) }
    #expect(passed == [10, 20, 30, 40])
    #expect(heap.count == 1)
  }

  @Test func `a cancelled deadline is gone at once`() {
    var heap = DeadlineHeap<Int>()
    let first = heap.add(1, at: MonotonicTime(nanoseconds: 1))
    _ = heap.add(2, at: MonotonicTime(nanoseconds: 2))
    heap.cancel(first)
    #expect(heap.count == 1)
    #expect(heap.popPassed(at: MonotonicTime(nanoseconds: 9)) == 2)
  }

  @Test func `cancelling twice, or after it passed, does not touch whoever reuses the place`() {
    var heap = DeadlineHeap<Int>()
    let first = heap.add(1, at: MonotonicTime(nanoseconds: 1))
    #expect(heap.popPassed(at: MonotonicTime(nanoseconds: 1)) == 1)
    _ = heap.add(2, at: MonotonicTime(nanoseconds: 2))
    heap.cancel(first)
    heap.cancel(first)
    #expect(heap.popPassed(at: MonotonicTime(nanoseconds: 2)) == 2)
  }

  @Test(arguments: 1...8)
  func `any mixture of adding, cancelling and passing agrees with a sorted list`(seed: Int) {
    var random = Xorshift(seed: UInt64(seed))
    var heap = DeadlineHeap<Int>()
    var expected: [(time: Int64, id: Int, handle: Deadline)] = []
    for id in 0..<2000 {
      let time = Int64.random(in: 0...500, using: &random)
      if expected.isEmpty || Bool.random(using: &random) {
        expected.append((time, id, heap.add(id, at: MonotonicTime(nanoseconds: time))))
      } else if Bool.random(using: &random) {
        heap.cancel(expected.remove(at: Int.random(in: 0..<expected.count, using: &random)).handle)
      } else {
        let earliest = expected.map(\.time).min()
        let id = heap.popPassed(at: MonotonicTime(nanoseconds: .max))
        let index = expected.firstIndex { $0.id == id }
        #expect(index.map { expected.remove(at: $0).time } == earliest)
      }
      #expect(heap.count == expected.count)
    }
  }
}
