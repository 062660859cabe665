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
  private static let lengths = [8, 4, 4, 4, 12]
  private static let starts = [0, 9, 14, 19, 24]

  static func reason(_ text: String) -> String {
    let whole = Array(text.utf8)
    let isBraced = whole.count > 1 && whole.first == UInt8(ascii: "{") && whole.last == UInt8(ascii: "}")
    let isURN = whole.starts(with: prefix)
    let offset = isBraced ? 1 : isURN ? prefix.count : 0
    let inner = isBraced ? whole[1..<(whole.count - 1)] : whole[offset...]
    if let place = inner.firstIndex(where: { $0 != UInt8(ascii: "-") && $0.hexadecimalDigit == nil }) {
      let character = String(decoding: inner[place...], as: UTF8.self).unicodeScalars.first.map(String.init) ?? ""
      return "invalid character: found `\(character)` at \(place + 1)"
    }
    let hyphens = inner.indices.filter { inner[$0] == UInt8(ascii: "-") }.map { $0 - inner.startIndex }
    if hyphens.isEmpty, offset == 0 {
      return "invalid length: expected length 32 for simple format, found \(whole.count)"
    }
    guard hyphens.count == 4 else { return "invalid group count: expected 5, found \(hyphens.count + 1)" }
    let wrong = (0..<4).first { hyphens[$0] != starts[$0] + lengths[$0] } ?? 4
    let length = wrong < 4 ? hyphens[wrong] - starts[wrong] : whole.count - starts[4]
    return "invalid group length in group \(wrong): expected \(lengths[wrong]), found \(length)"
  }
}

extension Codec where Value == UUID {
  /// A UUID.
  public static var uuid: Codec { scalar() }
}
