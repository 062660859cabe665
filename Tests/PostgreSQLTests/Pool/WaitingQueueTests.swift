import EventLoop
import Testing

@testable import PostgreSQL

struct WaitingQueueTests {
  private let start = MonotonicTime(nanoseconds: 0)

  @Test func `first come, first served`() {
    var queue = WaitingQueue<Int>(capacity: 2, timeout: .seconds(1))
    queue.append(1, at: start)
    #expect(!queue.isFull)
    queue.append(2, at: start)
    #expect(queue.isFull)
    #expect(queue.popFirst() == 1)
    #expect(queue.first == 2)
  }

  @Test func `who has waited too long is taken out, not before`() {
    var queue = WaitingQueue<Int>(capacity: 9, timeout: .seconds(1))
    queue.append(1, at: start)
    queue.append(2, at: start + .milliseconds(500))
    #expect(queue.deadline == start + .seconds(1))
    #expect(queue.popExpired(at: start + .milliseconds(999)) == nil)
    #expect(queue.popExpired(at: start + .seconds(1)) == 1)
    #expect(queue.popExpired(at: start + .seconds(1)) == nil)
    #expect(queue.count == 1)
  }

  @Test func `another time to wait holds for those that wait already`() {
    var queue = WaitingQueue<Int>(capacity: 9, timeout: .seconds(5))
    queue.append(1, at: start)
    queue.timeout = .milliseconds(500)
    #expect(queue.deadline == start + .milliseconds(500))
    #expect(queue.popExpired(at: start + .milliseconds(500)) == 1)
  }

  @Test func `who gives up leaves the queue`() {
    var queue = WaitingQueue<Int>(capacity: 9, timeout: .seconds(1))
    for number in 1...3 { queue.append(number, at: start) }
    queue.remove { $0 == 2 }
    #expect((queue.popFirst(), queue.popFirst(), queue.popFirst()) == (1, 3, nil))
  }
}
