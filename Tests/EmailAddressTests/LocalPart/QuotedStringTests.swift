@testable import EmailAddress
import Testing

struct QuotedStringTests {
  private func firstAtSign(_ text: String) throws(EmailAddressError) -> Int {
    try CodePoints(text).firstUnquoted(["@"])
  }

  private func unquoted(_ text: String) throws(EmailAddressError) -> CodePoints {
    try CodePoints(text).unquoted().text
  }

  @Test func `a special character is found outside quotes`() throws {
    #expect(try CodePoints("\"@\"@").firstUnquoted(["@"]) == 3)
    #expect(try CodePoints("\"\\\"@\"@").firstUnquoted(["@"]) == 5)
  }

  @Test func `a character that combines is not special`() throws {
    #expect(try CodePoints("<\u{338}@").firstUnquoted(["@", "<"]) == 2)
    #expect(try CodePoints("@\u{338}").firstUnquoted(["@"]) == 0)
  }

  @Test(arguments: [("a＠b", "full-width"), ("a﹫b", "small commercial at"), ("a", "must have an @-sign")])
  func `what looks like an @ is told`(_ text: String, _ word: String) {
    let reason = reason(firstAtSign, text)
    #expect(reason?.contains(word) == true)
  }

  @Test func `quotes and escapes are removed`() throws {
    #expect(try CodePoints("\"a\\b\\\\\"").unquoted() == (CodePoints("ab\\"), true))
    #expect(try CodePoints("a\"b").unquoted() == (CodePoints("a\"b"), false))
  }

  @Test func `nothing may follow the closing quote`() {
    #expect(
      reason(unquoted, "\"a\"b\u{301}")
        == "Extra character(s) found after close quote: 'b', COMBINING ACUTE ACCENT")
  }
}
