internal import EventLoop

/// Who waits for a connection, first come first served, bounded in length and age. The clock is a parameter.
struct WaitingQueue<Waiter> {
  private struct Entry {
    let waiter: Waiter
    let since: MonotonicTime
  }

  private var entries = Queue<Entry>()
  private let capacity: Int
  /// How long each may wait; holds for those that wait already.
  var timeout: Duration

  init(capacity: Int, timeout: Duration) {
    self.capacity = capacity
    self.timeout = timeout
  }

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }
  var isFull: Bool { entries.count >= capacity }
  var first: Waiter? { entries.first?.waiter }

  /// When the first will have waited too long.
  var deadline: MonotonicTime? { entries.first.map { $0.since + timeout } }

  mutating func append(_ waiter: Waiter, at now: MonotonicTime) {
    entries.append(Entry(waiter: waiter, since: now))
  }

  mutating func popFirst() -> Waiter? {
    entries.popFirst()?.waiter
  }

  /// Takes out the first if it has waited too long.
  mutating func popExpired(at now: MonotonicTime) -> Waiter? {
    guard let deadline, deadline <= now else { return nil }
    return popFirst()
  }

  /// Takes out one that does not want to wait any longer.
  mutating func remove(where isTheOne: (Waiter) -> Bool) {
    entries.remove { isTheOne($0.waiter) }
  }
}
