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
    var index = range.lowerBound
    while index < range.upperBound {
      switch field {
      case .nameLength, .valueLength:
        takeLength(bytes[index])
        index += 1
      case .name, .value:
        let end = index + min(left, range.upperBound - index)
        guard isAllowed(bytes, index..<end) else { return false }
        takeText(end - index)
        index = end
      }
    }
    return true
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

  private func isAllowed(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    !contains(0, bytes, range) && (field == .value || !contains(UInt8(ascii: "="), bytes, range))
  }

  private func contains(_ byte: UInt8, _ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    // Unsafe for memchr, which is several times faster here; the slice has been bounds-checked.
    bytes[range].withUnsafeBytes { slice in
      guard let start = slice.baseAddress else { return false }
      return memchr(start, Int32(byte), slice.count) != nil
    }
  }
}

/// The names of the pairs that `range` holds, or nothing where they do not end with it.
func names(_ bytes: [UInt8], _ range: Range<Int>) -> [[UInt8]]? {
  var names: [[UInt8]] = []
  var index = range.lowerBound
  while index < range.upperBound {
    guard let name = length(bytes, &index, range.upperBound), let value = length(bytes, &index, range.upperBound),
      name <= range.upperBound - index, value <= range.upperBound - index - name
    else { return nil }
    names.append(Array(bytes[index..<index + name]))
    index += name + value
  }
  return names
}

private func length(_ bytes: [UInt8], _ index: inout Int, _ end: Int) -> Int? {
  let size = index < end && bytes[index] & 0x80 != 0 ? 4 : 1
  guard size <= end - index else { return nil }
  let first = Int(bytes[index] & 0x7F)
  let sum = bytes[index + 1..<index + size].reduce(first) { $0 << 8 | Int($1) }
  index += size
  return sum
}
