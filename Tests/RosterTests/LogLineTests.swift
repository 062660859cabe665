import Testing

@testable import roster

struct LogLineTests {
  @Test(arguments: [
    ("plain", "plain"), ("ä é 日本 👍", "ä é 日本 👍"), ("a\nb\r\nc\rd", "a b c d"),
    ("a\u{85}b\u{2028}c\u{2029}d", "a b c d"),
    ("a\u{B}b\u{C}c", "a b c"), ("a\0b\u{1B}[2Jc\u{7F}", "a\\u{0}b\\u{1B}[2Jc\\u{7F}"), ("a\n\tb", "a  b"),
    ("\u{9B}31m", "\\u{9B}31m"), ("\u{202E}drowssap\u{2066}", "\\u{202E}drowssap\\u{2066}"),
    ("\u{200B}\u{FEFF}\u{AD}\u{61C}\u{180E}", "\\u{200B}\\u{FEFF}\\u{AD}\\u{61C}\\u{180E}"),
    ("\u{E0041}\u{110BD}\u{13430}", "\\u{E0041}\\u{110BD}\\u{13430}"),
    ("\u{E000}\u{FFFF}\u{378}", "\\u{E000}\\u{FFFF}\\u{378}"),
    ("e\u{202E}\u{301}", "e\\u{202E}\u{301}"), ("e\u{301}\u{85}\u{301}", "e\u{301} \u{301}"),
  ])
  func `nothing in a text ends the line or turns it`(text: String, escaped: String) {
    #expect(LogLine.escaped(text).unicodeScalars.elementsEqual(escaped.unicodeScalars))
  }

  /// Of every script: whatever Unicode has.
  @Test func `no character that controls or separates is left`() {
    for value in 0...0x10FFFF as ClosedRange<UInt32> {
      guard let scalar = Unicode.Scalar(value) else { continue }
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned, .privateUse:
        #expect(!LogLine.escaped("a\(scalar)b").unicodeScalars.contains(scalar), "\(value)")
      default: continue
      }
    }
  }

  @Test(arguments: ["a", "é", "日", "👍", "e\u{301}"], 4080...4100)
  func `a line is cut between characters, and always ended`(character: String, length: Int) {
    let text = String(repeating: "-", count: length - 8) + String(repeating: character, count: 6)
    let bytes = LogLine.bytes(text)
    #expect(bytes.count <= 4095)
    #expect(bytes.last == UInt8(ascii: "\n"))
    #expect(bytes.count { $0 == UInt8(ascii: "\n") } == 1)
    let kept = String(validating: bytes.dropLast(), as: UTF8.self)
    #expect(kept.map { text.utf8.starts(with: $0.utf8) } == true)
    #expect(text.utf8.count > 4094 ? bytes.count > 4095 - 4 : bytes.count == text.utf8.count + 1)
  }

  @Test func `of a line that is too long for a pipe the end is kept`() {
    #expect(LogLine.bytes(String(repeating: "0", count: 10_000)).count == 4095)
    #expect(LogLine.bytes("") == [UInt8(ascii: "\n")])
  }
}
