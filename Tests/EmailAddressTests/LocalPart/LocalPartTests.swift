@testable import EmailAddress
import Testing

struct LocalPartTests {
  private func local(_ text: String) throws(EmailAddressError) -> String {
    String(try LocalPart(CodePoints(text), isQuoted: false).text)
  }

  private func quoted(_ text: String) throws(EmailAddressError) -> String {
    String(try LocalPart(CodePoints(text), isQuoted: true).text)
  }

  @Test func `case is kept, except in the mailbox names of RFC 2142`() throws {
    #expect(try local("John") == "John")
    #expect(try local("PostMaster") == "postmaster")
    #expect(try local("Postmasters") == "Postmasters")
  }

  @Test func `international letters are normalized`() throws {
    #expect(try Array(local("e\u{301}").utf8) == Array("\u{E9}".utf8))
  }

  @Test func `what normalization makes is checked too`() {
    #expect(
      reason(local, "a\u{37E}")
        == "After Unicode normalization: The email address contains invalid characters before the @-sign: ';'."
    )
  }

  @Test func `quotes are refused after the rest is checked`() {
    #expect(
      reason(quoted, "a b")
        == "Quoting the part before the @-sign is not allowed here.")
    #expect(
      reason(quoted, "a\t")
        == "The email address contains invalid characters in quotes before the @-sign: U+0009.")
  }

  @Test(arguments: [
    ("", "There must be something before the @-sign."),
    (".a", "An email address cannot start with a period."),
    ("a.", "An email address cannot have a period immediately before the @-sign."),
    ("a..b", "An email address cannot have two periods in a row."),
    ("a b", "The email address contains invalid characters before the @-sign: SPACE."),
  ])
  func `the reason says what is wrong`(_ text: String, _ expected: String) {
    #expect(reason(local, text) == expected)
  }
}
