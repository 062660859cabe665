internal import Glibc

/// Writes bytes into memory of a size that was computed before. Checks it all the same: what has no room is left out.
struct ByteWriter {
  // Unsafe: valid within the closure that got it.
  private let memory: UnsafeMutableBufferPointer<UInt8>
  /// Bytes written so far.
  private(set) var count = 0

  init(_ memory: UnsafeMutableBufferPointer<UInt8>) {
    self.memory = memory
  }

  @inline(__always) mutating func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    guard let source = bytes.baseAddress, let start = memory.baseAddress, bytes.count <= memory.count - count else {
      return
    }
    memcpy(start + count, source, bytes.count)
    count += bytes.count
  }

  @inline(__always) mutating func append(_ literal: StaticString) {
    append(UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
  }

  @inline(__always) mutating func append(_ text: String) {
    // Every native string is contiguous, and is read where it lies; `withUTF8` wants a copy of its own.
    if text.utf8.withContiguousStorageIfAvailable({ append($0) }) == nil {
      var text = text
      text.withUTF8 { append($0) }
    }
  }

  @inline(__always) mutating func append(_ byte: UInt8) {
    guard count < memory.count else { return }
    memory[count] = byte
    count += 1
  }

  /// Eight bytes, in their order.
  @inline(__always) mutating func append(
    _ bytes: (UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8, UInt8)
  ) {
    withUnsafeBytes(of: bytes) { append($0.assumingMemoryBound(to: UInt8.self)) }
  }

  /// `number` is not negative.
  mutating func append(decimal number: Int) {
    if number >= 10 { append(decimal: number / 10) }
    append(UInt8(truncatingIfNeeded: 48 + number % 10))
  }

  /// How many digits `append(decimal:)` writes.
  static func digits(_ number: Int) -> Int {
    var (digits, rest) = (1, number)
    while rest >= 10 {
      digits += 1
      rest /= 10
    }
    return digits
  }
}
