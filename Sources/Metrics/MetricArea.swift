internal import CLinux

/// Memory in which one process writes its figures, and others read them, at any time and without a word to it.
///
/// It begins with a header of eight words. Behind it stands a block for each figure and each ``Note``: a word with the block's
/// length in words and that of its text in bytes, the text that says what it is, and its numbers. A block stays where it is; what is
/// new comes behind the last one, and then the header says that there is more. So nothing of two programs has to agree but this.
///
/// Unchecked: the words are read and written as processes do that share them, by atomic operations.
public struct MetricArea: @unchecked Sendable {
  /// Of eight bytes each.
  static let headerWords = 8
  /// What an area begins with whose layout is this one.
  static let mark: UInt64 = 0x726F_7374_6572_0001

  enum Field: Int {
    case mark, used, process, place, started, heartbeat, sequence, generation
  }

  let words: UnsafeMutablePointer<UInt64>
  let count: Int

  /// An area in this memory, which lives as long as the area is used; nil where that is too short for one, or in the middle of a
  /// word. Who only reads it may have it read-only.
  public init?(_ memory: UnsafeMutableRawPointer, bytes: Int) {
    let isAligned = UInt(bitPattern: memory) % UInt(MemoryLayout<UInt64>.alignment) == 0
    guard isAligned, bytes / MemoryLayout<UInt64>.size >= Self.headerWords else { return nil }
    count = bytes / MemoryLayout<UInt64>.size
    words = memory.bindMemory(to: UInt64.self, capacity: count)
  }

  func read(_ field: Field) -> UInt64 { load_relaxed(words + field.rawValue) }
  func write(_ value: UInt64, _ field: Field) { store_relaxed(words + field.rawValue, value) }

  /// How many words are taken, the header's among them.
  var used: Int {
    guard read(.mark) == Self.mark else { return Self.headerWords }
    return min(Int(clamping: load_acquire(words + Field.used.rawValue)), count)
  }

  /// What was written before is there for whoever reads that there is more.
  func publish(used: Int) { store_release(words + Field.used.rawValue, UInt64(used)) }

  /// Forgets whatever it has, and whose it was.
  public func clear() {
    let end = used
    publish(used: Self.headerWords)
    for index in Self.headerWords..<max(end, Self.headerWords) { store_relaxed(words + index, 0) }
    for field in [Field.mark, .process, .place, .started, .heartbeat, .generation] { write(0, field) }
  }

  // MARK: Reading

  /// A figure, as it was a moment ago.
  public struct Reading: Equatable, Sendable {
    /// What it is.
    public let description: MetricDescription
    /// As many as ``MetricDescription/count`` says.
    public let numbers: [UInt64]

    /// A figure with these numbers.
    public init(_ description: MetricDescription, _ numbers: [UInt64]) {
      (self.description, self.numbers) = (description, numbers)
    }
  }

  /// Whose figures they are.
  public struct Owner: Equatable, Sendable {
    /// Its process number.
    public let process: Int32
    /// Its place in the service, from 1; 0 for what has none.
    public let place: Int
    /// Which replacement of the whole service it belongs to, from 1; 0 where that is not known.
    public let generation: Int
    /// When it began, in seconds of Unix time.
    public let started: Int
    /// When it was last seen to be at work, in nanoseconds of the monotonic clock.
    public let heartbeat: Int64
  }

  /// Nil where nobody has begun to write, or another layout.
  public var owner: Owner? {
    guard read(.mark) == Self.mark else { return nil }
    return Owner(
      process: Int32(truncatingIfNeeded: read(.process)), place: Int(truncatingIfNeeded: read(.place)),
      generation: Int(truncatingIfNeeded: read(.generation)), started: Int(truncatingIfNeeded: read(.started)),
      heartbeat: Int64(truncatingIfNeeded: read(.heartbeat)))
  }

  /// All figures. What is no figure is left out: the memory is another process's, which may be ill.
  public var readings: [Reading] {
    var all: [Reading] = []
    var (position, end) = (Self.headerWords, used)
    while position < end, let block = Block(self, at: position, before: end) {
      if let reading = block.reading { all.append(reading) }
      position += block.length
    }
    return all
  }

  /// Where a figure stands.
  struct Block {
    let area: MetricArea
    let start: Int
    let length: Int
    let textLength: Int

    /// Nil where what stands there leads out of what there is.
    init?(_ area: MetricArea, at start: Int, before end: Int) {
      let head = load_relaxed(area.words + start)
      length = Int(head >> 32)
      textLength = Int(head & 0xFFFF_FFFF)
      guard length > 0, length <= end - start, 1 + Self.words(ofText: textLength) <= length else { return nil }
      (self.area, self.start) = (area, start)
    }

    static func words(ofText bytes: Int) -> Int { (bytes + 7) / 8 }

    static func head(length: Int, textLength: Int) -> UInt64 { UInt64(length) << 32 | UInt64(textLength) }

    var numbers: UnsafeMutablePointer<UInt64> { area.words + start + 1 + Self.words(ofText: textLength) }

    /// Valid as long as the area is.
    var text: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: area.words + start + 1, count: textLength) }

    var reading: Reading? {
      guard let description = MetricDescription(text: String(decoding: text, as: UTF8.self)) else { return nil }
      guard description.count == length - 1 - Self.words(ofText: textLength) else { return nil }
      return Reading(description, (0..<description.count).map { load_relaxed(numbers + $0) })
    }
  }
}
