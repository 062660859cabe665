@testable import EmailAddress
import Testing

struct AtomTests {
  @Test func `atoms are letters, digits and nineteen signs`() {
    let ascii = (0..<0x80).map { CodePoint($0) }
    #expect(ascii.count(where: \.isAtom) == 26 + 26 + 10 + 19)
    #expect(!CodePoint("ä").isAtom && CodePoint("ä").isInternationalAtom)
  }

  @Test(arguments: [
    ("a", true), ("a.b", true), ("", false), (".", false), ("a.", false), ("a..b", false), ("a b", false),
  ])
  func `a dot-atom has single dots between atoms`(_ text: String, _ expected: Bool) {
    #expect(CodePoints(text).isDotAtom(\.isAtom) == expected)
  }
}
