internal import Glibc

/// A line of the log: one line, whatever it quotes.
enum LogLine {
  /// With its end no more than a pipe takes at once (PIPE_BUF), and one less for whoever reads lines into a buffer of 4,096.
  static let longest = 4095

  /// In UTC, as RFC 3339 has it.
  static func time(_ time: timespec) -> String {
    var seconds = time.tv_sec
    var parts = tm()
    gmtime_r(&seconds, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let milliseconds = String(1000 + time.tv_nsec / 1_000_000).dropFirst()
    return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))"
      + "T\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec)).\(milliseconds)Z"
  }

  /// The bytes of a line: cut before the character that does not fit, and always ended.
  static func bytes(_ text: String) -> [UInt8] {
    var bytes = Array(text.utf8.prefix(longest))
    if bytes.count == longest {
      var end = longest - 1
      while end > 0, bytes[end] & 0b1100_0000 == 0b1000_0000 { end -= 1 }  // it goes on a character of UTF-8
      bytes.removeSubrange(end...)
    }
    return bytes + [UInt8(ascii: "\n")]
  }

  /// The text without what would end the line, or have a terminal or an editor show another one: ends of lines and tabs
  /// become spaces, and what is ``isSeen(_:)`` not, its number.
  static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    var result = ""
    for character in text {
      if character.isNewline || character == "\t" {
        result += " "
      } else {
        for scalar in character.unicodeScalars {
          result += isSeen(scalar) ? String(scalar) : "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
        }
      }
    }
    return result
  }

  /// Whether it stands for itself wherever it is shown: not controls, formats (those that turn the direction of writing among
  /// them), ends of lines and paragraphs, and what Unicode has not assigned.
  static func isSeen(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
    default: true
    }
  }
}
