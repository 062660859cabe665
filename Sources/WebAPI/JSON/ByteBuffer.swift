/// Bytes in memory of its own that grows at the end. An array's appends cost several times as much: each asks whether the
/// array is shared, and is a call.
///
/// Unsafe because it is what an array is underneath: every write is behind `reserve`, and the memory ends with the value.
struct ByteBuffer: ~Copyable, @unchecked Sendable {
  private var start: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  private(set) var count = 0

  init(capacity: Int) {
    self.capacity = max(64, capacity)
    start = .allocate(capacity: self.capacity)
  }

  deinit {
    start.deallocate()
  }

  /// A copy of what has been appended.
  var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

  @inline(__always) mutating func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count &+= 1
  }

  @inline(__always) mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
    guard let address = source.baseAddress else { return }
    reserve(source.count)
    (start + count).update(from: address, count: source.count)
    count &+= source.count
  }

  /// Appends `length` bytes, all of which `fill` writes.
  @inline(__always) mutating func append(_ length: Int, _ fill: (UnsafeMutablePointer<UInt8>) -> Void) {
    reserve(length)
    fill(start + count)
    count &+= length
  }

  /// Puts `byte` in the place of the last byte if that is `old`, else behind it.
  @inline(__always) mutating func replaceLast(_ old: UInt8, with byte: UInt8) {
    if count > 0, start[count &- 1] == old { count &-= 1 }
    append(byte)
  }

  /// Makes room for so many more bytes.
  @inline(__always) mutating func reserve(_ length: Int) {
    if length > capacity &- count { grow(length) }
  }

  @inline(never) private mutating func grow(_ length: Int) {
    let larger = max(capacity * 2, count + length)
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: larger)
    memory.update(from: start, count: count)
    start.deallocate()
    (start, capacity) = (memory, larger)
  }
}
