@testable import EmailAddress
import Testing

struct PunycodeTests {
  // The samples of RFC 3492, section 7.1.
  @Test(arguments: [
    ("他们为什么不说中文", "ihqwcrb4cv8a8dqg056pqjye"), ("Pročprostěnemluvíčesky", "Proprostnemluvesky-uyb24dma41a"),
    ("3年B組金八先生", "3B-ww4c5e180e575a65lsy2b"), ("-> $1.00 <-", "-> $1.00 <--"), ("そのスピードで", "d9juau41awczczp"),
  ])
  func `the samples of the RFC encode and decode`(_ text: String, _ code: String) {
    #expect(Punycode.encode(CodePoints(text)) == CodePoints(code))
    #expect(Punycode.decode(CodePoints(code)) == CodePoints(text))
  }

  @Test(arguments: ["0", "99999999", "zzzzzzzzzzzzzzzzzzzzzzzzzzzzzz", "a_", "ä", "A"])
  func `what is no Punycode is refused`(_ code: String) {
    #expect(Punycode.decode(CodePoints(code)) == nil)
  }

  @Test func `digits without end do not overflow`() {
    #expect(Punycode.decode(CodePoints(String(repeating: "9", count: 10_000))) == nil)
  }
}
