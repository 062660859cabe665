/// The text of a number, as far as CPython takes it for one.
struct JSONNumeral {
  /// `sys.int_info.default_max_str_digits`.
  private static let mostDigits = 4300

  private let bytes: [UInt8]
  private let start: Int
  /// The first byte behind it.
  private(set) var end: Int
  private var isInteger = true

  /// Nothing where no number begins at `start`.
  init?(_ bytes: [UInt8], at start: Int) {
    (self.bytes, self.start, end) = (bytes, start, start)
    _ = skip("-")
    guard skip("0") || skipDigits() else { return nil }
    isInteger = !skipFraction()
    if skipExponent() { isInteger = false }
  }

  /// Throws where it has more digits than Python reads.
  func value() throws(JSONError) -> JSONValue {
    let numeral = bytes[start..<end]
    guard isInteger else { return .number(Double(numeral: numeral)) }
    if let integer = Int(numeral: numeral) { return .integer(integer) }
    guard numeral.count - (numeral.first == UInt8(ascii: "-") ? 1 : 0) <= Self.mostDigits else { throw .unreadable }
    return .bigInteger(String(decoding: numeral, as: UTF8.self))
  }

  private var current: UInt8? { end < bytes.count ? bytes[end] : nil }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    guard current == UInt8(ascii: character) else { return false }
    end += 1
    return true
  }

  private mutating func skipDigits() -> Bool {
    let first = end
    while let byte = current, byte.isDigit { end += 1 }
    return end > first
  }

  private mutating func skipFraction() -> Bool {
    guard current == UInt8(ascii: "."), end + 1 < bytes.count, bytes[end + 1].isDigit else { return false }
    end += 1
    return skipDigits()
  }

  /// An exponent without digits is not part of the number; what follows it is then "Extra data".
  private mutating func skipExponent() -> Bool {
    let before = end
    guard skip("e") || skip("E") else { return false }
    _ = skip("+") || skip("-")
    if skipDigits() { return true }
    end = before
    return false
  }
}
