@testable import EmailAddress
import Testing

struct IDNAClassTests {
  @Test(arguments: [
    ("az09-ß〇日אä\u{301}", IDNAClass.valid), ("\u{200C}\u{200D}", .joiner), ("·͵׳״・٠۹", .contextual),
    ("AZ_. Ä☃ﬁ①\u{640}\u{1100}\u{20D0}\u{1D165}\u{AD}\u{E000}\u{378}\u{FFFF}", .disallowed),
  ])
  func `code points have the class of RFC 5892`(_ text: String, _ expected: IDNAClass) {
    #expect(CodePoints(text).allSatisfy { $0.idnaClass == expected })
  }

  @Test func `surrogates are disallowed`() {
    #expect(CodePoint(0xDC00).idnaClass == .disallowed)
  }
}
