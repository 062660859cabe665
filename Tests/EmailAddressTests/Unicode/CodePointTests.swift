@testable import EmailAddress
import Testing

struct CodePointTests {
  @Test func `text is counted by code point and by byte`() {
    let text = CodePoints("aä用😀")
    #expect(text.count == 4)
    #expect(text.utf8Count == 1 + 2 + 3 + 4)
  }

  @Test func `labels keep the empty ones`() {
    #expect(CodePoints(".a..").labels.map(\.count) == [0, 1, 0, 0])
  }

  @Test func `a surrogate has no place in a String`() {
    #expect(String([CodePoint(0xDFFF), "a"]) == "\u{FFFD}a")
  }

  @Test func `only ASCII is lower-cased`() {
    #expect(CodePoints("AZÄ@[").lowercasedASCII == CodePoints("azÄ@["))
  }
}
