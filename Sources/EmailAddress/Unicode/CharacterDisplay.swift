/// How characters are shown in reasons.
extension CodePoint {
  /// The character in quotes if it can be seen, else its Unicode name, else its number.
  var displayed: String {
    if self == "\\" { return "\"\\\"" }
    if isVisible { return [self].quoted }
    if let name { return name }
    return "U+" + hex(digits: value < 0xFFFF ? 4 : 8, uppercase: true)
  }

  /// `U+0041`, with at least four digits.
  var number: String { "U+" + hex(digits: 4, uppercase: true) }

  fileprivate func hex(digits: Int, uppercase: Bool = false) -> String {
    let text = String(value, radix: 16, uppercase: uppercase)
    return String(repeating: "0", count: Swift.max(0, digits - text.utf8.count)) + text
  }
}

extension CodePoints {
  /// The text as Python's `repr` writes it.
  var quoted: String {
    let quote: CodePoint = contains("'") && !contains("\"") ? "\"" : "'"
    let escaped = map { $0 == quote || $0 == "\\" ? "\\" + String([$0]) : $0.printable }
    return String([quote]) + escaped.joined() + String([quote])
  }
}

extension CodePoint {
  fileprivate var printable: String {
    switch self {
    case "\t": "\\t"
    case "\n": "\\n"
    case "\r": "\\r"
    case _ where self == " " || !(isOther || isSeparator): String([self])
    case "\0"..."\u{FF}": "\\x" + hex(digits: 2)
    case "\0"..."\u{FFFF}": "\\u" + hex(digits: 4)
    default: "\\U" + hex(digits: 8)
    }
  }
}
