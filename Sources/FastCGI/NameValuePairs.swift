internal import Glibc

/// Checks a stream of name-value pairs (section 3.4 of the FastCGI specification) that arrives in pieces of any size.
///
/// libfcgi makes each pair a C string "name=value", so a NUL, or a "=" within a name, would make one parameter
/// look like another: such pairs are refused.
struct NameValueScanner {
  private enum Field {
    case nameLength, valueLength, name, value
  }

  private var field = Field.nameLength
  /// Bytes still missing of a four-byte length.
  private var lengthLeft = 0
  private var nameLength = 0
  private var valueLength = 0
  /// Bytes still missing of the name or the value.
  private var left = 0
  /// Pairs that have begun.
  private(set) var count = 0

  /// Whether the stream could end here.
  var isAtBoundary: Bool { field == .nameLength && lengthLeft == 0 }

  /// Returns false when the pairs must be refused.
  mutating func feed(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    bytes[range].withUnsafeBytes { feed($0) }  // for memchr, and because an array checks each access
  }

  private mutating func feed(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var index = 0
    while index < bytes.count {
      switch field {
      case .nameLength:
        if let end = takeShortPair(bytes, index) {
          guard end > index else { return false }
          index = end
          continue
        }
        fallthrough
      case .valueLength:
        takeLength(bytes[index])
        index += 1
      case .name, .value:
        let text = UnsafeRawBufferPointer(rebasing: bytes[index..<index + min(left, bytes.count - index)])
        guard isAllowed(text) else { return false }
        takeText(text.count)
        index += text.count
      }
    }
    return true
  }

  /// A whole pair with lengths of one byte, as nearly all are: where it ends; `index` if it must be refused; nil if it is
  /// none, or not whole.
  @inline(__always) private mutating func takeShortPair(_ bytes: UnsafeRawBufferPointer, _ index: Int) -> Int? {
    guard lengthLeft == 0, bytes.count - index > 2, bytes[index] < 0x80, bytes[index + 1] < 0x80 else { return nil }
    let value = index + 2 + Int(bytes[index])
    let end = value + Int(bytes[index + 1])
    guard end <= bytes.count else { return nil }
    count += 1
    let name = UnsafeRawBufferPointer(rebasing: bytes[(index + 2)..<value])
    let isClean = !Self.contains(0, UnsafeRawBufferPointer(rebasing: bytes[(index + 2)..<end]))
    return isClean && !Self.contains(UInt8(ascii: "="), name) ? end : index
  }

  /// One byte of a length: the first one's highest bit tells that three more follow.
  private mutating func takeLength(_ byte: UInt8) {
    let isName = field == .nameLength
    let sum = lengthLeft == 0 ? Int(byte & 0x7F) : (isName ? nameLength : valueLength) << 8 | Int(byte)
    if isName { nameLength = sum } else { valueLength = sum }
    lengthLeft = lengthLeft > 0 ? lengthLeft - 1 : (byte & 0x80 == 0 ? 0 : 3)
    if lengthLeft == 0 { lengthEnded() }
  }

  private mutating func lengthEnded() {
    guard field == .valueLength else { return field = .valueLength }
    count += 1
    begin(.name, nameLength)
    if nameLength == 0 { textEnded() }
  }

  private mutating func takeText(_ length: Int) {
    left -= length
    if left == 0 { textEnded() }
  }

  private mutating func textEnded() {
    if field == .name, valueLength > 0 { return begin(.value, valueLength) }
    field = .nameLength
  }

  private mutating func begin(_ field: Field, _ length: Int) {
    self.field = field
    left = length
  }

  private func isAllowed(_ text: UnsafeRawBufferPointer) -> Bool {
    !Self.contains(0, text) && (field == .value || !Self.contains(UInt8(ascii: "="), text))
  }

  private static func contains(_ byte: UInt8, _ text: UnsafeRawBufferPointer) -> Bool {
    guard let start = text.baseAddress else { return false }
    return memchr(start, Int32(byte), text.count) != nil
  }
}

/// Walks over name-value pairs that have arrived completely (section 3.4). Stops at a pair that does not fit.
struct NameValuePairs {
  typealias Bytes = UnsafeBufferPointer<UInt8>

  /// What has not been walked over.
  private(set) var rest: Bytes

  init(_ bytes: Bytes) {
    rest = bytes
  }

  @inline(__always) mutating func next() -> (name: Bytes, value: Bytes)? {
    // Nearly all pairs have two lengths of one byte.
    if rest.count > 1, rest[0] < 0x80, rest[1] < 0x80 {
      let value = 2 + Int(rest[0])
      let end = value + Int(rest[1])
      guard end <= rest.count else { return nil }
      defer { rest = Bytes(rebasing: rest[end...]) }
      return (Bytes(rebasing: rest[2..<value]), Bytes(rebasing: rest[value..<end]))
    }
    var left = rest
    guard let name = Self.length(&left), let value = Self.length(&left), name <= left.count,
      value <= left.count - name
    else { return nil }
    rest = Bytes(rebasing: left[(name + value)...])
    return (Bytes(rebasing: left[..<name]), Bytes(rebasing: left[name..<name + value]))
  }

  /// One byte, or four where the highest bit is set.
  @inline(__always) private static func length(_ bytes: inout Bytes) -> Int? {
    guard let first = bytes.first else { return nil }
    let size = first < 0x80 ? 1 : 4
    guard size <= bytes.count else { return nil }
    let length = bytes[1..<size].reduce(Int(first & 0x7F)) { $0 << 8 | Int($1) }
    bytes = Bytes(rebasing: bytes[size...])
    return length
  }
}

/// The names of the pairs that `range` holds, or nothing where they do not end with it.
func names(_ bytes: [UInt8], _ range: Range<Int>) -> [[UInt8]]? {
  bytes.withUnsafeBufferPointer { bytes in
    var pairs = NameValuePairs(UnsafeBufferPointer(rebasing: bytes[range]))
    var names: [[UInt8]] = []
    while let pair = pairs.next() { names.append(Array(pair.name)) }
    return pairs.rest.isEmpty ? names : nil
  }
}
