/// Random numbers that a seed repeats (Marsaglia's xorshift).
package struct Xorshift: RandomNumberGenerator {
  private var state: UInt64

  /// A sequence of its own for every seed but 0.
  package init(seed: UInt64) {
    state = seed
  }

  package mutating func next() -> UInt64 {
    state ^= state << 13
    state ^= state >> 7
    state ^= state << 17
    return state
  }
}
