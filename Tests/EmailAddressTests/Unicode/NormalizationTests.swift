@testable import EmailAddress
import Testing

struct NormalizationTests {
  @Test func `NFC composes and orders`() {
    #expect(CodePoints("e\u{301}\u{212B}a\u{301}\u{316}").nfc == CodePoints("\u{E9}\u{C5}\u{E1}\u{316}"))
    #expect(CodePoints("\u{1112}\u{1161}\u{11AB}").nfc == CodePoints("\u{D55C}"))
  }

  @Test func `NUL is normalized over, not stopped at`() {
    #expect(CodePoints("\0e\u{301}").nfc == CodePoints("\0\u{E9}"))
  }

  @Test func `surrogates stay in a text that is normalized`() {
    #expect([CodePoint(0xD800)].nfc == [CodePoint(0xD800)])
  }

  @Test func `folding in NFKC takes apart ligatures and sharp s`() {
    #expect(CodePoints("ﬁẞ①").foldedNFKC == CodePoints("fiss1"))
    #expect(CodePoints().foldedNFKC.isEmpty)
  }
}
