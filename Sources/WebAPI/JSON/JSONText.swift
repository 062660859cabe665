/// The text of a JSON body, from whichever encoding it came in.
///
/// Python's `json.loads` recognises UTF-8, UTF-16 and UTF-32, with or without a byte order mark, and lets surrogates
/// through wherever they stand ("surrogatepass"). So this text is UTF-8, or the superset of it in which a surrogate
/// is encoded like any other code point.
struct JSONText {
  let bytes: [UInt8]
  /// Whether a surrogate may be among them.
  let hasSurrogates: Bool

  /// Nil where the bytes are no text in the encoding they seem to have.
  init?(_ body: [UInt8]) {
    switch Encoding(of: body) {
    case .utf8(let start):
      if (try? UTF8Span(validating: body.span)) != nil {
        bytes = start == 0 ? body : Array(body[start...])
        hasSurrogates = false
        return
      }
      guard let text = Self.reencode(GeneralizedUTF8(bytes: body[start...])) else { return nil }
      bytes = text
    case .utf16(let start, let bigEndian):
      guard let text = Self.reencode(UTF16Units(bytes: body[start...], bigEndian: bigEndian)) else { return nil }
      bytes = text
    case .utf32(let start, let bigEndian):
      guard let text = Self.reencode(UTF32Units(bytes: body[start...], bigEndian: bigEndian)) else { return nil }
      bytes = text
    }
    hasSurrogates = true
  }

  /// How many characters (code points, as Python counts) stand before a byte.
  func characters(before position: Int) -> Int {
    bytes.prefix(position).reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
  }

  private static func reencode(_ source: some CodePoints) -> [UInt8]? {
    var source = source
    var text: [UInt8] = []
    while !source.isAtEnd {
      guard let point = source.next() else { return nil }
      text.append(codePoint: point)
    }
    return text
  }
}

extension [UInt8] {
  /// Appends a code point in UTF-8, a surrogate in the same pattern.
  mutating func append(codePoint point: UInt32) {
    switch point {
    case ..<0x80: append(UInt8(truncatingIfNeeded: point))
    case ..<0x800:
      append(UInt8(truncatingIfNeeded: 0xC0 | point >> 6))
      append(low: point)
    case ..<0x10000:
      append(UInt8(truncatingIfNeeded: 0xE0 | point >> 12))
      append(low: point >> 6)
      append(low: point)
    default:
      append(UInt8(truncatingIfNeeded: 0xF0 | point >> 18))
      append(low: point >> 12)
      append(low: point >> 6)
      append(low: point)
    }
  }

  /// The lowest six bits, in a byte that is not a character's first.
  private mutating func append(low point: UInt32) { append(UInt8(truncatingIfNeeded: 0x80 | point & 0x3F)) }
}

extension ArraySlice<UInt8> {
  /// U+FFFD in the place of each surrogate: Swift's decoder would put one for each of its three bytes.
  func replacingSurrogates() -> [UInt8] {
    var source = GeneralizedUTF8(bytes: self)
    var text: [UInt8] = []
    while let point = source.next() { text.append(codePoint: 0xD800..<0xE000 ~= point ? 0xFFFD : point) }
    return text
  }
}

/// The rules of `json.detect_encoding` in CPython's json module: a byte order mark, else where the zero bytes stand.
private enum Encoding {
  case utf8(start: Int)
  case utf16(start: Int, bigEndian: Bool)
  case utf32(start: Int, bigEndian: Bool)

  init(of body: [UInt8]) {
    if body.starts(with: [0, 0, 0xFE, 0xFF]) {
      self = .utf32(start: 4, bigEndian: true)
    } else if body.starts(with: [0xFF, 0xFE, 0, 0]) {
      self = .utf32(start: 4, bigEndian: false)
    } else if body.starts(with: [0xFE, 0xFF]) {
      self = .utf16(start: 2, bigEndian: true)
    } else if body.starts(with: [0xFF, 0xFE]) {
      self = .utf16(start: 2, bigEndian: false)
    } else {
      self = body.starts(with: [0xEF, 0xBB, 0xBF]) ? .utf8(start: 3) : Self.byZeros(body)
    }
  }

  private static func byZeros(_ body: [UInt8]) -> Encoding {
    guard body.count >= 4 || body.count == 2 else { return .utf8(start: 0) }
    if body[0] == 0 {
      return body[1] != 0 || body.count == 2
        ? .utf16(start: 0, bigEndian: true) : .utf32(start: 0, bigEndian: true)
    }
    guard body[1] == 0 else { return .utf8(start: 0) }
    return body.count == 2 || body[2] != 0 || body[3] != 0
      ? .utf16(start: 0, bigEndian: false) : .utf32(start: 0, bigEndian: false)
  }
}

/// Code points read one by one; nil from `next` means that the bytes are malformed.
private protocol CodePoints {
  var isAtEnd: Bool { get }
  mutating func next() -> UInt32?
}

/// UTF-8 that may also hold encoded surrogates (RFC 3629, section 3, without its ban of them).
private struct GeneralizedUTF8: CodePoints {
  var bytes: ArraySlice<UInt8>
  var isAtEnd: Bool { bytes.isEmpty }

  mutating func next() -> UInt32? {
    guard let first = bytes.popFirst() else { return nil }
    switch first {
    case ..<0x80: return UInt32(first)
    case 0xC2..<0xE0: return rest(1, UInt32(first & 0x1F), atLeast: 0x80)
    case 0xE0..<0xF0: return rest(2, UInt32(first & 0x0F), atLeast: 0x800)
    case 0xF0..<0xF5: return rest(3, UInt32(first & 0x07), atLeast: 0x10000)
    default: return nil
    }
  }

  private mutating func rest(_ count: Int, _ start: UInt32, atLeast least: UInt32) -> UInt32? {
    var point = start
    for _ in 0..<count {
      guard let byte = bytes.popFirst(), byte & 0xC0 == 0x80 else { return nil }
      point = point << 6 | UInt32(byte & 0x3F)
    }
    return point >= least && point <= 0x10FFFF ? point : nil
  }
}

private struct UTF16Units: CodePoints {
  var bytes: ArraySlice<UInt8>
  let bigEndian: Bool
  var isAtEnd: Bool { bytes.isEmpty }

  mutating func next() -> UInt32? {
    guard let unit = unit() else { return nil }
    guard 0xD800..<0xDC00 ~= unit, let low = UTF16Units(bytes: bytes, bigEndian: bigEndian).peek(),
      0xDC00..<0xE000 ~= low
    else { return unit }
    bytes = bytes.dropFirst(2)
    return 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
  }

  private func peek() -> UInt32? {
    var copy = self
    return copy.unit()
  }

  private mutating func unit() -> UInt32? {
    guard let first = bytes.popFirst(), let second = bytes.popFirst() else { return nil }
    return bigEndian ? UInt32(first) << 8 | UInt32(second) : UInt32(second) << 8 | UInt32(first)
  }
}

private struct UTF32Units: CodePoints {
  var bytes: ArraySlice<UInt8>
  let bigEndian: Bool
  var isAtEnd: Bool { bytes.isEmpty }

  mutating func next() -> UInt32? {
    guard bytes.count >= 4 else { return nil }
    let unit = bigEndian ? Array(bytes.prefix(4)) : bytes.prefix(4).reversed()
    bytes = bytes.dropFirst(4)
    let point = unit.reduce(0) { $0 << 8 | UInt32($1) }
    return point <= 0x10FFFF ? point : nil
  }
}
