/// Lines that programs read.
extension LogLine {
  /// Bytes that each value may have, its quotes aside; the first that lets the line fit holds.
  static let limits = [4096, 2048, 1024, 512, 256, 128, 64, 32]

  /// An object of JSON (RFC 8259), with the end of the line.
  static func json(_ fields: [(name: String, value: LogEntry.Value)], _ limit: Int) -> [UInt8] {
    var line: [UInt8] = []
    for (name, value) in fields {
      line.append(UInt8(ascii: line.isEmpty ? "{" : ","))
      quote(name, limit, into: &line)
      line.append(UInt8(ascii: ":"))
      if case .text(let text) = value { quote(text, limit, into: &line) } else { line += value.text.utf8 }
    }
    return line + "}\n".utf8
  }

  /// Pairs of a name and a value, which is quoted where it has to be, with the end of the line.
  static func logfmt(_ fields: [(name: String, value: LogEntry.Value)], _ limit: Int) -> [UInt8] {
    var line: [UInt8] = []
    for (name, value) in fields {
      if !line.isEmpty { line.append(UInt8(ascii: " ")) }
      line += name.utf8.map { isPlain($0) ? $0 : UInt8(ascii: "_") }
      line.append(UInt8(ascii: "="))
      let text = value.text
      if !text.isEmpty, text.utf8.count <= limit, text.utf8.allSatisfy(isPlain) {
        line += text.utf8
      } else {
        quote(text, limit, into: &line)
      }
    }
    return line + "\n".utf8
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    (0x21..<0x7F).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "=")
      && byte != UInt8(ascii: "\\")
  }

  /// Adds a string of JSON, which the readers of logfmt take as well: in one line, and without anything that is not
  /// ``isSeen(_:)``. What is longer than `limit` bytes is cut, and ends with three dots.
  private static func quote(_ text: String, _ limit: Int, into line: inout [UInt8]) {
    line.append(UInt8(ascii: "\""))
    let start = line.count
    let dots = "…".utf8
    /// Where the text can be cut so that the dots fit.
    var cut = start
    for scalar in text.unicodeScalars {
      append(scalar, to: &line)
      guard line.count - start <= limit else {
        line.removeSubrange(cut...)
        line += dots
        break
      }
      if line.count - start <= limit - dots.count { cut = line.count }
    }
    line.append(UInt8(ascii: "\""))
  }

  private static func append(_ scalar: Unicode.Scalar, to line: inout [UInt8]) {
    switch scalar {
    case "\"", "\\": line += [UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar.value)]
    case "\n": line += "\\n".utf8
    case "\r": line += "\\r".utf8
    case "\t": line += "\\t".utf8
    case " "..."~": line.append(UInt8(truncatingIfNeeded: scalar.value))
    case _ where isSeen(scalar): line += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
    default: for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter { append(unit, to: &line) }
    }
  }

  /// `\u` and four digits.
  private static func append(_ unit: UInt16, to line: inout [UInt8]) {
    let digits = String(unit, radix: 16)
    line += "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".utf8
  }
}
