/// What libfcgi may see of a connection's buffer: the records at its front, without padding, and joined as far as a record
/// reaches.
struct AcceptedRecords {
  /// Their bytes.
  private(set) var length = 0
  /// The latest record of a stream: where it begins, its type and the length of its content, to which the next one's may be
  /// joined.
  private var latest: (start: Int, type: UInt8, length: Int)?

  /// Another request begins: nothing is joined to what was.
  mutating func begin() {
    latest = nil
  }

  /// Keeps no more than the first bytes.
  mutating func cut(to length: Int) {
    self.length = length
    latest = nil
  }

  /// They were taken, or are not wanted.
  mutating func removeAll() {
    length = 0
  }

  /// Moves the record at `position` to the others, without its padding. Its content alone goes behind that of the record
  /// before, where both are of one stream and fit in one record: many small ones would be kept as more than they say.
  mutating func accept(_ header: RecordHeader, at position: Int, _ bytes: inout [UInt8]) {
    let content = header.contentLength
    if let latest, content > 0, latest.type == header.type, latest.length + content <= 0xFFFF {
      let sum = latest.length + content
      move(content, from: position + RecordHeader.length, &bytes)
      bytes[latest.start + 4] = UInt8(truncatingIfNeeded: sum >> 8)
      bytes[latest.start + 5] = UInt8(truncatingIfNeeded: sum)
      self.latest?.length = sum
      return
    }
    if header.paddingLength > 0 { bytes[position + 6] = 0 }
    if content > 0, header.type != RecordType.beginRequest { latest = (length, header.type, content) }
    move(RecordHeader.length + content, from: position, &bytes)
  }

  @inline(__always) private mutating func move(_ count: Int, from start: Int, _ bytes: inout [UInt8]) {
    if length < start { Self.move(count, from: start, to: length, &bytes) }
    length += count
  }

  private static func move(_ count: Int, from start: Int, to end: Int, _ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { bytes in
      let (target, source) = (bytes[end..<end + count], bytes[start..<start + count])
      UnsafeMutableRawBufferPointer(rebasing: target).copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
    }
  }
}
