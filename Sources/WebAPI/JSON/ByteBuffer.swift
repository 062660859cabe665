/// Bytes in memory of its own that grows at the end. An array's appends cost several times as much: each asks whether the
/// array is shared, and is a call.
///
/// Unsafe because it is what an array is underneath: every write is behind `reserve`, and the memory ends with the value.
struct ByteBuffer: ~Copyable, @unchecked Sendable {
  private var start: UnsafeMutablePointer<UInt8>
  private(set) var capacity: Int
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

  /// Forgets what has been appended; its memory serves what comes.
  mutating func removeAll() { count = 0 }

  @inline(__always) mutating func append(_ byte: UInt8) {
    reserve(1)
    start[count] = byte
    count &+= 1
  }

  @inline(__always) mutating func append(_ source: UnsafeBufferPointer<UInt8>) {
    guard let address = source.baseAddress else { return }
    reserve(source.count)
    Self.copy(UnsafeRawPointer(address), to: UnsafeMutableRawPointer(start + count), source.count)
    count &+= source.count
  }

  /// Most of what is appended is short, where a call of memcpy(3) would be most of the work: two words that may overlap.
  @inline(__always) private static func copy(
    _ source: UnsafeRawPointer, to target: UnsafeMutableRawPointer, _ count: Int
  ) {
    switch count {
    case 17...32: copyEnds(source, target, count, SIMD16<UInt8>.self)
    case 8...16: copyEnds(source, target, count, UInt64.self)
    case 4..<8: copyEnds(source, target, count, UInt32.self)
    default: target.copyMemory(from: source, byteCount: count)
    }
  }

  /// Copies the first and the last bytes of at least a word and at most two.
  @inline(__always) private static func copyEnds<Word: BitwiseCopyable>(
    _ source: UnsafeRawPointer, _ target: UnsafeMutableRawPointer, _ count: Int, _: Word.Type
  ) {
    let last = count &- MemoryLayout<Word>.size
    let (head, tail) = (
      source.loadUnaligned(as: Word.self), source.loadUnaligned(fromByteOffset: last, as: Word.self)
    )
    target.storeBytes(of: head, as: Word.self)
    target.storeBytes(of: tail, toByteOffset: last, as: Word.self)
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

  /// Keeps the first `length` bytes at most.
  mutating func removeAll(behind length: Int) { count = min(count, max(0, length)) }

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
