@testable import EmailAddress
import Testing

struct DomainSyntaxTests {
  @Test(arguments: [
    ("b.", "An email address cannot end with a period."),
    (".b", "An email address cannot have a period immediately after the @-sign."),
    ("b..c", "An email address cannot have two periods in a row."),
    ("b-", "An email address cannot end with a hyphen."),
    ("-b", "An email address cannot have a hyphen immediately after the @-sign."),
    ("b-.c", "An email address cannot have a period and a hyphen next to each other."),
  ])
  func `dots and hyphens stand between letters`(_ text: String, _ expected: String) {
    #expect(
      reason(Domain.checkDotsAndHyphens, CodePoints(text)) == expected)
  }

  @Test(arguments: [("xn--a.co", true), ("ab--a.co", false), ("c.ää--a", false), ("a--b.co", true)])
  func `only Punycode has hyphens in third and fourth place`(_ text: String, _ isValid: Bool) {
    let reason = reason(Domain.checkDotsAndHyphens, CodePoints(text))
    #expect((reason == nil) == isValid)
  }

  @Test func `labels have 63 octets at most`() {
    let label = String(repeating: "a", count: 65)
    #expect(
      reason(Domain.checkLengths, CodePoints(label))
        == "After the @-sign, periods cannot be separated by so many characters (2 characters too many).")
  }

  @Test(arguments: [
    ("b.co", true), ("b", false), ("b.c0", false), ("b.test", false), ("b.xtest", true), ("b.example", true),
  ])
  func `the top-level domain can be delivered to`(_ text: String, _ isValid: Bool) {
    let reason = reason(Domain.checkTopLevel, CodePoints(text))
    #expect((reason == nil) == isValid)
  }
}
