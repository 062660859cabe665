@testable import EmailAddress
import Testing

struct PlainAddressTests {
  @Test(arguments: RecordedCase.all)
  func `what is plain is what the long way gives`(_ recorded: RecordedCase) throws {
    guard let plain = PlainAddress(recorded.input) else { return }
    #expect(try plain.normalized == EmailAddress.normalize(CodePoints(reading: recorded.input)))
  }

  @Test(arguments: ["a@b.co", "A.b+c@d-e.f", "Info@b.co", "A@B.CO", "1@2.co"])
  func `an ordinary address is plain`(_ text: String) {
    #expect(PlainAddress(text) != nil)
  }

  @Test(arguments: [
    "", "@", "a@", "a@b", "@b.co", ".a@b.co", "a.@b.co", "a..b@b.co", "a@.co", "a@b.", "a@b..co", "a@-b.co",
    "a@b-.co",
    "a@ab--c.co", "a@xn--a.co", "a@b.c0", "a@b.test", "a@b.LOCAL", "ä@b.co", "a@ä.co", "a@b.co ", "a b@b.co",
    "\"a\"@b.co",
    "a@b@c.co", "<a@b.co>", "a@b_c.co", "a\0@b.co",
  ])
  func `anything else goes the long way`(_ text: String) {
    #expect(PlainAddress(text) == nil)
  }

  @Test func `254 bytes are plain and 255 are not`() {
    #expect(PlainAddress(String(repeating: "a", count: 249) + "@b.co") != nil)
    #expect(PlainAddress(String(repeating: "a", count: 250) + "@b.co") == nil)
  }

  @Test func `labels of 63 bytes are plain and of 64 are not`() {
    #expect(PlainAddress("a@" + String(repeating: "b", count: 63) + ".co") != nil)
    #expect(PlainAddress("a@" + String(repeating: "b", count: 64) + ".co") == nil)
  }
}
