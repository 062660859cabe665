extension UUID: JSONScalar {
  /// None.
  public static var unconstrained: Void { () }

  /// The 36 characters of RFC 9562, those without hyphens, in braces, or behind `urn:uuid:`; upper or lower case.
  public static func decode(_ input: JSONValue, _ constraint: Void, _ validation: inout Validation) -> UUID? {
    guard case .string(let text) = input else {
      validation.report(
        ValidationError("uuid_type", "UUID input should be a string, bytes or UUID object", input: input))
      return nil
    }
    if let uuid = lax(text) { return uuid }
    let reason = UUIDFlaw.reason(text)
    validation.report(
      ValidationError(
        "uuid_parsing", "Input should be a valid UUID, \(reason)", input: input, context: ["error": .string(reason)]))
    return nil
  }

  private static func lax(_ text: String) -> UUID? {
    let bytes = Array(text.utf8)
    switch bytes.count {
    case 36: return UUID(text)
    case 38 where bytes.first == UInt8(ascii: "{") && bytes.last == UInt8(ascii: "}"):
      return UUID(String(decoding: bytes[1..<37], as: UTF8.self))
    case 45 where text.utf8.starts(with: UUIDFlaw.prefix):
      return UUID(String(decoding: bytes[9...], as: UTF8.self))
    case 32:
      let digits = bytes.compactMap(\.hexadecimalDigit)
      guard digits.count == 32 else { return nil }
      let halves = [digits[..<16], digits[16...]].map { $0.reduce(0) { $0 << 4 | UInt64($1) } }
      return UUID(high: halves[0], low: halves[1])
    default: return nil
    }
  }

  /// A UUID's.
  public static func document(_ constraint: Void) -> JSONValue { ["type": "string", "format": "uuid"] }
  /// 36 characters in lower case.
  public func write(to writer: inout JSONWriter) { writer.string(description) }
}

/// Why a text is no UUID, in the words of the library that pydantic reads them with (uuid, a crate of Rust).
enum UUIDFlaw {
  static let prefix = "urn:uuid:".utf8
  private static let longest = 45
  private static let lengths = [8, 4, 4, 4, 12]
  private static let starts = [0, 9, 14, 19, 24]

  static func reason(_ text: String) -> String {
    let length = text.utf8.count
    guard length <= longest else { return "invalid length: found \(length)" }
    let (inner, offset) = unwrapped(text)
    // With 36 bytes between what is around them, places are counted from there, and without hyphens it is no simple form.
    let isHyphenated = inner.utf8.count == 36
    var hyphens: [Int] = []
    var place = 0
    for character in inner.unicodeScalars {
      // The library looks at the low byte of a character alone.
      let byte = UInt8(truncatingIfNeeded: character.value)
      if byte == UInt8(ascii: "-") {
        hyphens.append(place)
      } else if byte.hexadecimalDigit == nil {
        return "invalid character: found `\(character)` at \(isHyphenated ? place : place + offset)"
      }
      place += UTF8.width(character)
    }
    if hyphens.isEmpty, offset == 0, !isHyphenated { return "invalid length: found \(length)" }
    guard hyphens.count == 4 else { return "invalid group count: expected 5, found \(hyphens.count + 1)" }
    let wrong = (0..<4).first { hyphens[$0] != starts[$0] + lengths[$0] } ?? 4
    let found = (wrong < 4 ? hyphens[wrong] : isHyphenated ? 36 : length) - starts[wrong]
    return "invalid group length in group \(wrong): expected \(lengths[wrong]), found \(found)"
  }

  /// What stands in braces or behind the prefix, and how many bytes are before it; 36 bytes are taken as they are.
  private static func unwrapped(_ text: String) -> (inner: Substring, offset: Int) {
    let scalars = text.unicodeScalars
    if text.utf8.count == 36 { return (text[...], 0) }
    if scalars.count > 1, scalars.first == "{", scalars.last == "}" {
      return (Substring(scalars.dropFirst().dropLast()), 1)
    }
    if text.utf8.starts(with: prefix) { return (Substring(scalars.dropFirst(prefix.count)), prefix.count) }
    return (text[...], 0)
  }
}

extension Codec where Value == UUID {
  /// A UUID.
  public static var uuid: Codec { scalar() }
}
