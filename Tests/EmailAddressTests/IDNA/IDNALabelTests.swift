@testable import EmailAddress
import Testing

struct IDNALabelTests {
  @Test(arguments: [("münchen", "xn--mnchen-3ya"), ("abc", "abc"), ("日本", "xn--wgv71a")])
  func `a label and its encoding are one`(_ unicode: String, _ ascii: String) throws {
    #expect(try IDNALabel.encode(CodePoints(unicode)) == CodePoints(ascii))
    #expect(try IDNALabel.decode(CodePoints(ascii)) == CodePoints(unicode))
  }

  @Test(arguments: [
    ("", "Empty Label"), ("xn--0", "Invalid A-label"), ("e\u{301}", "Label must be in Normalization Form C"),
    ("xn---bbk", "A-label is not the canonical Punycode encoding of its U-label"),
    ("ä-", "Label must not start or end with a hyphen"),
    ("ää--", "Label has disallowed hyphens in 3rd and 4th position"),
    ("\u{301}", "Label begins with an illegal combining character"),
    ("☃", "Codepoint U+2603 at position 1 of '☃' not allowed"),
    ("l·", "Codepoint U+00B7 not allowed at position 2 in 'l·'"),
    ("ä\u{200D}", "Joiner U+200D not allowed at position 2 in 'ä\\u200d'"),
  ])
  func `what is wrong is told in the reference's order`(_ label: String, _ problem: String) {
    #expect(idnaProblem(IDNALabel.encode, CodePoints(label)) == problem)
  }

  @Test func `a surrogate in Punycode is refused, not trapped on`() {
    let label: CodePoints = ["x", "n", "-", "-"] + Punycode.encode([CodePoint(0xD800)])
    #expect(
      idnaProblem(IDNALabel.decode, label)
        == "Codepoint U+D800 at position 1 of '\\ud800' not allowed")
  }

  @Test func `an encoded label has 63 octets at most`() {
    let label = CodePoints(String(repeating: "ä", count: 60))
    #expect(idnaProblem(IDNALabel.encode, label) == "Label too long")
  }
}
