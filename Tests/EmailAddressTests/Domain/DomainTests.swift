@testable import EmailAddress
import Testing

struct DomainTests {
  private func domain(_ text: String) throws(EmailAddressError) -> Domain {
    try Domain(CodePoints(text))
  }

  @Test func `a domain has an ASCII and a Unicode form`() throws {
    for text in ["MÜNCHEN.de", "xn--mnchen-3ya.de", "mu\u{308}nchen。de"] {
      #expect(try String(domain(text).ascii) == "xn--mnchen-3ya.de")
      #expect(try String(domain(text).unicode) == "münchen.de")
    }
  }

  @Test func `one right-to-left label binds the others`() {
    #expect(
      reason(domain, "1.אב.com")
        == "The part after the @-sign is not valid IDNA (First codepoint in label '1' must be directionality L, R or AL)."
    )
  }

  @Test func `253 characters are allowed`() throws {
    #expect(try domain(String(repeating: "d.", count: 125) + "com").ascii.count == 253)
    #expect(
      reason(domain, String(repeating: "d.", count: 126) + "co")
        == "The email address is too long after the @-sign (1 character too many).")
  }
}
