@testable import EmailAddress
import Testing

struct CharacterDisplayTests {
  @Test(arguments: [
    ("a", "'a'"), ("'", "\"'\""), ("\"", "'\"'"), ("\\", "\"\\\""), (" ", "SPACE"),
    ("\u{301}", "COMBINING ACUTE ACCENT"),
    ("\0", "U+0000"), ("\u{FFFE}", "U+FFFE"), ("\u{FFFF}", "U+0000FFFF"), ("\u{10FFFF}", "U+0010FFFF"),
    ("\u{E0100}", "VARIATION SELECTOR-17"),
  ])
  func `a character is shown, named or numbered`(_ character: String, _ shown: String) {
    #expect(CodePoints(character).map(\.displayed) == [shown])
  }

  @Test(arguments: [
    ("ab", "'ab'"), ("it's", "\"it's\""), ("'\"", "'\\'\"'"), ("\\\t\n\r", "'\\\\\\t\\n\\r'"),
    ("\u{1}\u{7F}\u{AD}", "'\\x01\\x7f\\xad'"),
    ("\u{200D}\u{E000}", "'\\u200d\\ue000'"), ("\u{F0000} ä", "'\\U000f0000 ä'"),
  ])
  func `a text is quoted as Python does`(_ text: String, _ quoted: String) {
    #expect(CodePoints(text).quoted == quoted)
  }

  @Test func `a surrogate is quoted by its number`() {
    #expect([CodePoint(0xD800)].quoted == "'\\ud800'")
    #expect(CodePoint(0xD800).number == "U+D800")
  }
}
