/// Why a body is no JSON.
package enum JSONError: Error, Equatable {
  /// In the words of CPython's decoder, with the offset in characters.
  case syntax(String, offset: Int)
  /// What makes Python's decoder fail otherwise: bytes that are no text, nesting beyond its recursion limit, an integer
  /// beyond its limit of digits.
  case unreadable
}

/// Reads JSON as CPython's `json.loads` does: what it accepts (NaN and Infinity too), the texts and places of its errors.
///
/// Written after the behaviour of `Modules/_json.c`, whose order of checks decides which error comes first.
package struct JSONParser {
  /// Python's default recursion limit, less what the reference's own calls take.
  private static let deepestNesting = 965
  /// Looking NaN and Infinity up is one more call, making an exception with a text and a place are three.
  private static let deepestConstant = deepestNesting - 1
  private static let deepestError = deepestNesting - 3

  private let text: JSONText
  private let bytes: [UInt8]
  private var position = 0
  private var depth = 0

  /// Reads one whole document.
  package static func parse(_ body: [UInt8]) throws(JSONError) -> JSONValue {
    guard let text = JSONText(body) else { throw .unreadable }
    var parser = JSONParser(text: text)
    parser.skipSpace()
    let value = try parser.value()
    parser.skipSpace()
    guard parser.position == parser.bytes.count else { throw parser.error("Extra data", at: parser.position) }
    return value
  }

  private init(text: JSONText) {
    self.text = text
    bytes = text.bytes
  }

  private func error(_ message: String, at position: Int) -> JSONError {
    depth > Self.deepestError ? .unreadable : .syntax(message, offset: text.characters(before: position))
  }

  /// The one error that CPython's scanner reports without an exception of its own, and so at any depth.
  private func noValue(at position: Int) -> JSONError {
    .syntax("Expecting value", offset: text.characters(before: position))
  }

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x0A, 0x0D, 0x09: position += 1
      default: return
      }
    }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    position += 1
    return true
  }

  // MARK: Values

  private mutating func value() throws(JSONError) -> JSONValue {
    switch current {
    case UInt8(ascii: "\""): return try string()
    case UInt8(ascii: "{"): return try nested { parser throws(JSONError) in try parser.object() }
    case UInt8(ascii: "["): return try nested { parser throws(JSONError) in try parser.array() }
    case UInt8(ascii: "n") where take("null"): return .null
    case UInt8(ascii: "t") where take("true"): return .bool(true)
    case UInt8(ascii: "f") where take("false"): return .bool(false)
    case UInt8(ascii: "N") where take("NaN"): return try constant(.nan)
    case UInt8(ascii: "I") where take("Infinity"): return try constant(.infinity)
    case UInt8(ascii: "-") where take("-Infinity"): return try constant(-.infinity)
    default: return try number()
    }
  }

  private mutating func take(_ word: StaticString) -> Bool {
    let count = word.utf8CodeUnitCount
    let matches = word.withUTF8Buffer { bytes[position...].prefix(count).elementsEqual($0) }
    if matches { position += count }
    return matches
  }

  private mutating func nested(
    _ read: (inout JSONParser) throws(JSONError) -> JSONValue
  ) throws(JSONError) -> JSONValue {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.deepestNesting else { throw .unreadable }
    position += 1
    skipSpace()
    return try read(&self)
  }

  private mutating func object() throws(JSONError) -> JSONValue {
    var object = JSONObject()
    if skip("}") { return .object(object) }
    while true {
      let key = try key()
      skipSpace()
      guard skip(":") else { throw error("Expecting ':' delimiter", at: position) }
      skipSpace()
      object.set(key, try value())
      skipSpace()
      if skip("}") { return .object(object) }
      guard skip(",") else { throw error("Expecting ',' delimiter", at: position) }
      skipSpace()
    }
  }

  private mutating func key() throws(JSONError) -> String {
    guard current == UInt8(ascii: "\"") else {
      throw error("Expecting property name enclosed in double quotes", at: position)
    }
    switch try string() {
    case .string(let key), .malformedString(let key): return key
    default: throw .unreadable
    }
  }

  private mutating func array() throws(JSONError) -> JSONValue {
    if skip("]") { return .array([]) }
    var elements = [try value()]
    while true {
      skipSpace()
      if skip("]") { return .array(elements) }
      guard skip(",") else { throw error("Expecting ',' delimiter", at: position) }
      skipSpace()
      elements.append(try value())
    }
  }

  // MARK: Numbers

  private func constant(_ number: Double) throws(JSONError) -> JSONValue {
    guard depth <= Self.deepestConstant else { throw .unreadable }
    return .number(number)
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    guard let number = JSONNumeral(bytes, at: position) else { throw noValue(at: position) }
    position = number.end
    return try number.value()
  }

  // MARK: Strings

  /// At the opening quote.
  private mutating func string() throws(JSONError) -> JSONValue {
    let opening = position
    position += 1
    let start = position
    try skipPlain(opening)
    if skip("\"") { return finish(bytes[start..<position - 1], malformed: text.hasSurrogates) }
    var decoded = Array(bytes[start..<position])
    var malformed = text.hasSurrogates
    while !skip("\"") {
      let point = try escape(opening)
      malformed = malformed || 0xD800..<0xE000 ~= point
      decoded.append(codePoint: point)
      let plain = position
      try skipPlain(opening)
      decoded.append(contentsOf: bytes[plain..<position])
    }
    return finish(decoded[...], malformed: malformed)
  }

  private func finish(_ bytes: ArraySlice<UInt8>, malformed: Bool) -> JSONValue {
    guard malformed, (try? UTF8Span(validating: bytes.span)) == nil else {
      return .string(String(decoding: bytes, as: UTF8.self))
    }
    return .malformedString(String(decoding: bytes.replacingSurrogates(), as: UTF8.self))
  }

  /// Moves to the next quote or backslash.
  private mutating func skipPlain(_ opening: Int) throws(JSONError) {
    while let byte = current {
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { return }
      guard byte > 0x1F else { throw error("Invalid control character at", at: position) }
      position += 1
    }
    throw error("Unterminated string starting at", at: opening)
  }

  /// At a backslash.
  private mutating func escape(_ opening: Int) throws(JSONError) -> UInt32 {
    let start = position
    position += 1
    guard let kind = current else { throw error("Unterminated string starting at", at: opening) }
    position += 1
    switch kind {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return UInt32(kind)
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "u"): return try unicodeEscape(start)
    default: throw error("Invalid \\escape", at: start)
    }
  }

  /// Behind `\u`; joins a surrogate pair that is written as two escapes.
  private mutating func unicodeEscape(_ start: Int) throws(JSONError) -> UInt32 {
    let high = try hexadecimal(start)
    guard 0xD800..<0xDC00 ~= high, position + 6 < bytes.count, take("\\u") else { return high }
    let second = position - 2
    let low = try hexadecimal(second)
    if 0xDC00..<0xE000 ~= low { return 0x10000 + (high - 0xD800) << 10 + (low - 0xDC00) }
    position = second
    return high
  }

  private mutating func hexadecimal(_ start: Int) throws(JSONError) -> UInt32 {
    // CPython wants one more character behind the four digits.
    guard position + 4 < bytes.count else { throw error("Invalid \\uXXXX escape", at: start + 1) }
    var point: UInt32 = 0
    for byte in bytes[position..<position + 4] {
      guard let digit = byte.hexadecimalDigit else { throw error("Invalid \\uXXXX escape", at: start + 1) }
      point = point << 4 | UInt32(digit)
    }
    position += 4
    return point
  }
}
