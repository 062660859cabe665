@testable import EmailAddress
import Testing

struct EmailAddressTests {
  @Test func `a plain address is returned as it is`() throws {
    #expect(try EmailAddress("john@example.com").normalized == "john@example.com")
  }

  @Test func `the domain becomes lower case, the local part stays`() throws {
    #expect(try EmailAddress("John@Example.COM").normalized == "John@example.com")
  }

  @Test func `the name before an address is dropped`() throws {
    #expect(try EmailAddress("Name <A@B.co>").normalized == "A@b.co")
  }

  @Test func `a Punycode domain is returned in Unicode`() throws {
    #expect(try EmailAddress("a@xn--mnchen-3ya.de").normalized == "a@münchen.de")
  }

  @Test func `addresses that normalize to the same are equal`() throws {
    #expect(try EmailAddress("a@MÜNCHEN.de") == EmailAddress("<a@xn--mnchen-3ya.de>"))
  }

  @Test func `a display name that Pydantic doesn't take is refused last`() {
    #expect(
      reason(EmailAddress.init, "<a@b.co> ") == nil)
    #expect(
      reason(EmailAddress.init, "\"\" <a@b.co>")
        == "A display name and angle brackets around the email address are not permitted here.")
  }

  @Test func `NUL is a character like others`() {
    #expect(
      reason(EmailAddress.init, "a\0b@b.co")
        == "The email address contains invalid characters before the @-sign: U+0000.")
    #expect(
      reason(EmailAddress.init, "a@ä\0.co")
        == "The part after the @-sign contains invalid characters: U+0000.")
  }

  @Test(arguments: [
    ("", "a", 1 << 20, ""), ("", "😀", 1 << 18, ""),
    ("", "<\u{338}", 1024, ""), ("a", "\u{301}\u{316}", 1000, "@b.co"),
    ("a@", "\u{FDFA}", 240, ".co"), ("", "\"\\\u{338}", 680, ""),
  ])
  func `no text takes long`(before: String, piece: String, count: Int, behind: String) {
    let text = before + String(repeating: piece, count: count) + behind
    let time = ContinuousClock().measure { _ = try? EmailAddress(text) }
    #expect(time < .milliseconds(500))
  }
}
