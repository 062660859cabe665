@testable import EmailAddress
import Testing

struct BidiRuleTests {
  @Test(arguments: [
    ("אב", nil), ("א1", nil), ("א٠", nil), ("אְ", nil), ("a1", nil), ("a\u{301}", nil),
    ("1", "First codepoint in label '1' must be directionality L, R or AL"),
    ("אa", "Invalid direction for codepoint at position 2 in a right-to-left label"),
    ("ا١1", "Can not mix numeral types in a right-to-left label"),
    ("aא", "Invalid direction for codepoint at position 2 in a left-to-right label"),
    ("א-", "Label ends with illegal codepoint directionality"),
    ("a-", "Label ends with illegal codepoint directionality"),
    ("א\u{378}", "Unknown directionality in label 'א\\u0378' at position 2"),
  ])
  func `labels keep one direction`(_ label: String, _ problem: String?) {
    #expect(idnaProblem(BidiRule.check, CodePoints(label)) == problem)
  }
}
