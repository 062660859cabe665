@testable import EmailAddress
import Testing

struct DomainLiteralTests {
  private func refusal(_ text: String) -> String? {
    reason(DomainLiteral.refuse, CodePoints(text))
  }

  @Test(arguments: ["b.co", "[1.2.3.4", "1.2.3.4]", ""])
  func `text without brackets is no literal`(_ text: String) {
    #expect(refusal(text) == nil)
  }

  @Test(arguments: ["[1.2.3.4]", "[IPv6:::1]", "[ipv6:1:2:3:4:5:6:7:8]"])
  func `a valid literal is not allowed`(_ text: String) {
    #expect(refusal(text) == "A bracketed IP address after the @-sign is not allowed here.")
  }

  @Test func `an invalid literal says why first`() {
    #expect(
      refusal("[]")
        == "The part after the @-sign in brackets is not an IPv4 address and has no address literal tag.")
    #expect(
      refusal("[x:y]") == "The part after the @-sign contains an invalid address literal tag in brackets.")
    #expect(
      refusal("[IPv6:::1%x]")
        == "The IPv6 address in brackets after the @-sign is not valid (It has a zone index).")
  }
}
