@testable import EmailAddress
import Testing

struct CharacterChecksTests {
  private func forbidAll(_ text: String) throws(EmailAddressError) {
    try CodePoints(text).forbid({ _ in true }, "No")
  }

  private func forbidUnsafe(_ text: String) throws(EmailAddressError) {
    try CodePoints(text).forbidUnsafe()
  }

  private func forbidUnsafeButSpace(_ text: String) throws(EmailAddressError) {
    try CodePoints(text).forbidUnsafe(allowSpace: true)
  }

  @Test func `forbidden characters are listed once, in order of how they are displayed`() {
    #expect(
      reason(forbidAll, "b\\a 'a\0")
        == "No: \"'\", \"\\\", 'a', 'b', SPACE, U+0000.")
  }

  @Test func `characters that are canonically equivalent are two`() {
    #expect(
      reason(forbidAll, "\u{212B}\u{C5}")?
        .unicodeScalars.count == 13)
  }

  @Test func `unsafe characters are listed in order of their number`() {
    #expect(
      reason(forbidUnsafe, "\u{301}a\u{200B}\0")
        == "The email address contains unsafe characters: U+0000, COMBINING ACUTE ACCENT, ZERO WIDTH SPACE.")
  }

  @Test func `spaces are safe only where they are allowed`() {
    #expect(reason(forbidUnsafeButSpace, "a\u{A0}") == nil)
    #expect(reason(forbidUnsafe, "a\u{A0}") != nil)
  }
}
