internal import CLinux

/// Lets one process change several words at once for others that read them without a lock: a number beside the words is odd while
/// they change, and another one afterwards (a seqlock).
struct SequenceLock {
  let number: UnsafeMutablePointer<UInt64>

  /// How often a reader tries again.
  private static let most = 1000

  /// For the one that writes.
  func change(_ write: () -> Void) {
    let before = load_relaxed(number)
    store_relaxed(number, before &+ 1)
    memory_fence()
    write()
    memory_fence()
    store_relaxed(number, before &+ 2)
  }

  /// What `read` returns while nothing changes; nil if that does not come to rest, as where the writer has ended in the middle.
  func consistent<Value>(_ read: () -> Value) -> Value? {
    for _ in 0..<Self.most {
      let before = load_relaxed(number)
      memory_fence()
      let value = read()
      memory_fence()
      if before & 1 == 0, load_relaxed(number) == before { return value }
    }
    return nil
  }
}
