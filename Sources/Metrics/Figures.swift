internal import CLinux

/// A number that only grows.
public struct Counter {
  let word: UnsafeMutablePointer<UInt64>

  /// Counts.
  public func add(_ count: UInt64 = 1) { store_relaxed(word, load_relaxed(word) &+ count) }

  /// Says how much it is, where somebody else has counted; less than before changes nothing.
  public func reach(_ count: UInt64) { if count > load_relaxed(word) { store_relaxed(word, count) } }
}

/// A number that goes up and down.
public struct Gauge {
  let word: UnsafeMutablePointer<UInt64>

  /// How much it is from now on.
  public func set(_ value: Int) { store_relaxed(word, UInt64(bitPattern: Int64(value))) }

  /// By how much it changes.
  public func add(_ change: Int) { store_relaxed(word, load_relaxed(word) &+ UInt64(bitPattern: Int64(change))) }

  /// Remembers the most that it was.
  public func raise(to value: Int) {
    if Int64(value) > Int64(bitPattern: load_relaxed(word)) { set(value) }
  }
}

/// How often something took how long.
public struct Histogram {
  let words: UnsafeMutablePointer<UInt64>
  let bounds: [UInt64]

  /// Something took so long.
  public func observe(nanoseconds: Int64) {
    let value = UInt64(max(0, nanoseconds))
    var index = 0
    while index < bounds.count, value > bounds[index] { index &+= 1 }
    add(1, index)
    add(value, bounds.count &+ 1)
  }

  private func add(_ count: UInt64, _ index: Int) {
    store_relaxed(words + index, load_relaxed(words + index) &+ count)
  }
}
