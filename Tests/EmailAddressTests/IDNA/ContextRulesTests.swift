@testable import EmailAddress
import Testing

struct ContextRulesTests {
  @Test(arguments: [
    ("क\u{94D}\u{200D}ष", 2, true), ("क\u{94D}\u{200C}ष", 2, true), ("\u{200D}", 0, false),
    ("ب\u{200C}ب", 1, true), ("ب\u{200D}ب", 1, false),
    ("ب\u{64B}\u{200C}\u{64B}ب", 2, true), ("ا\u{200C}ب", 1, false), ("ب\u{200C}", 1, false),
  ])
  func `joiners follow a virama or stand between joining letters`(
    _ text: String, _ index: Int, _ expected: Bool
  ) {
    #expect(ContextRules.allowsJoiner(CodePoints(text), index) == expected)
  }

  @Test(arguments: [
    ("l·l", 1, true), ("l·", 1, false), ("͵α", 0, true), ("͵a", 0, false), ("א׳", 1, true), ("a׳", 1, false),
    ("・日", 0, true), ("・a", 0, false),
    ("٠١", 0, true), ("٠۱", 0, false), ("۱٠", 0, false), ("a", 0, false),
  ])
  func `punctuation and digits keep to their script`(_ text: String, _ index: Int, _ expected: Bool) {
    #expect(ContextRules.allowsOther(CodePoints(text), index) == expected)
  }
}
