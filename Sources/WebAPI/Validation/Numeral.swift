/// Numbers as people write them in a text, as far as Python takes them for such.
enum Numeral {
  /// The bytes of a numeral with at most a minus, without the white space, the plus and the single underscores that pydantic
  /// allows for; nil where it is none.
  static func bytes(_ text: String) -> [UInt8]? {
    let trimmed = IntegerText.trimmed(text)
    guard trimmed.first != UInt8(ascii: "_"), trimmed.last != UInt8(ascii: "_"),
      !zip(trimmed, trimmed.dropFirst()).contains(where: { $0 == UInt8(ascii: "_") && $1 == UInt8(ascii: "_") })
    else { return nil }
    let bytes = trimmed.filter { $0 != UInt8(ascii: "_") }
    return isNumeral(bytes[...]) ? Array(bytes.drop { $0 == UInt8(ascii: "+") }) : nil
  }

  /// A sign, digits with a point before, among or behind them, an exponent.
  static func isNumeral(_ bytes: ArraySlice<UInt8>) -> Bool {
    var rest = bytes
    func digits() -> Int {
      let count = rest.prefix(while: \.isDigit).count
      rest = rest.dropFirst(count)
      return count
    }
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    var count = digits()
    if rest.first == UInt8(ascii: ".") {
      rest = rest.dropFirst()
      count += digits()
    }
    guard count > 0 else { return false }
    guard let exponent = rest.first else { return true }
    guard exponent | 0x20 == UInt8(ascii: "e") else { return false }
    rest = rest.dropFirst()
    if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    return digits() > 0 && rest.isEmpty
  }

  /// Whether a text stands for an infinity or for no number (NaN), in any case and with any sign.
  static func isNotFinite(_ text: String) -> Bool {
    var name = String(decoding: IntegerText.trimmed(text), as: UTF8.self).lowercased()[...]
    if name.first == "-" || name.first == "+" { name.removeFirst() }
    return ["inf", "infinity", "nan"].contains(name)
  }
}
