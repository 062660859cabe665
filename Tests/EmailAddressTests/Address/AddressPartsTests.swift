@testable import EmailAddress
import Testing

struct AddressPartsTests {
  private func parts(_ text: String) throws(EmailAddressError) -> AddressParts {
    try AddressParts(CodePoints(text))
  }

  @Test func `the first @ divides`() throws {
    let parts = try parts("a@b@c")
    #expect(parts.localPart == CodePoints("a"))
    #expect(parts.domain == CodePoints("b@c"))
    #expect(!parts.hasDisplayName)
  }

  @Test func `an @ in quotes does not divide`() throws {
    let parts = try parts("\"a@\\\"\"@b")
    #expect(parts.localPart == CodePoints("\"a@\\\"\""))
    #expect(parts.unquotedLocalPart == CodePoints("a@\""))
    #expect(parts.isQuoted)
  }

  @Test func `a display name is recognized`() throws {
    let parts = try parts("\"x\" <a@b>")
    #expect(parts.hasDisplayName)
    #expect(parts.domain == CodePoints("b"))
  }

  @Test func `brackets have to be closed at the end`() {
    let unclosed = reason(parts, "<a@b")
    #expect(unclosed?.hasPrefix("An open angle bracket") == true)
    #expect(
      reason(parts, "<a@b> x")
        == "There can't be anything after the email address.")
  }
}
