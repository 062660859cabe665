internal import EventLoop

/// What a row is told by: its model, and the hash of its key. Rows that are taken for one only take turns needlessly.
struct RowKey: Hashable, Sendable {
  private let model: ObjectIdentifier
  private let key: Int

  init(_ model: ObjectIdentifier, _ key: Int) {
    (self.model, self.key) = (model, key)
  }
}

/// Which rows are being changed by statements that have left. Those of one turn of the loop leave together, in one transaction,
/// and do not wait for each other; a later one would wait for the lock, and waits here instead. The clock is a parameter.
struct RowGate {
  private struct Passage {
    let since: MonotonicTime
    var count: Int
  }

  private var passages: [RowKey: Passage] = [:]
  /// Rows have become free since ``takeFreed()``.
  private var hasFreed = false

  func isFree(_ row: RowKey, at now: MonotonicTime) -> Bool {
    passages[row].map { $0.since == now } ?? true
  }

  mutating func enter(_ row: RowKey, at now: MonotonicTime) {
    passages[row, default: Passage(since: now, count: 0)].count += 1
  }

  mutating func leave(_ row: RowKey) {
    guard let index = passages.index(forKey: row) else { return }
    passages.values[index].count -= 1
    if passages.values[index].count <= 0 {
      passages.remove(at: index)
      hasFreed = true
    }
  }

  /// Whether somebody who waits may find a row free now.
  mutating func takeFreed() -> Bool {
    defer { hasFreed = false }
    return hasFreed
  }
}
