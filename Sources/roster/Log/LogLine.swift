internal import Glibc
internal import Logging

/// A line of the log: one line, whatever it quotes.
enum LogLine {
  /// With its end no more than a pipe takes at once (PIPE_BUF), and one less for whoever reads lines into a buffer of 4,096.
  private static let longest = 4095

  /// How a line begins: the time, how serious it is, and the process.
  static func head(_ level: Logger.Level) -> String { "\(time()) \(level) [\(getpid())]" }

  private static func time() -> String {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    var parts = tm()
    gmtime_r(&now.tv_sec, &parts)
    func two(_ value: Int32) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let milliseconds = String(1000 + now.tv_nsec / 1_000_000).dropFirst()
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
  /// become spaces, and controls, formats (those that turn the direction of writing among them) and what Unicode has not assigned
  /// their number.
  static func escaped(_ text: String) -> String {
    if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) { return text }
    var result = ""
    for character in text {
      if character.isNewline || character == "\t" {
        result += " "
      } else {
        for scalar in character.unicodeScalars { result += escaped(scalar) }
      }
    }
    return result
  }

  private static func escaped(_ scalar: Unicode.Scalar) -> String {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
      "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
    default: String(scalar)
    }
  }
}
