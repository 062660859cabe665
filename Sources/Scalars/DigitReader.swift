/// Reads numbers of a fixed width, and what stands between them.
struct DigitReader {
  private(set) var rest: ArraySlice<UInt8>

  init(_ text: String) {
    rest = Array(text.utf8)[...]
  }

  var isAtEnd: Bool { rest.isEmpty }

  /// Whether the next character was this one.
  mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  /// The number that so many digits are; at most 18.
  mutating func number(_ width: Int) -> Int? {
    let digits = rest.prefix(width)
    guard digits.count == width, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    rest = rest.dropFirst(width)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }

  /// Six digits of a fraction; those behind the sixth are cut, those that lack are zeros. Nil without any.
  mutating func millionths() -> Int? {
    let digits = rest.prefix { 0x30...0x39 ~= $0 }
    guard !digits.isEmpty else { return nil }
    rest = rest.dropFirst(digits.count)
    return (0..<6).reduce(0) { sum, index in
      sum * 10 + (index < digits.count ? Int(digits[digits.startIndex + index] - 0x30) : 0)
    }
  }
}
