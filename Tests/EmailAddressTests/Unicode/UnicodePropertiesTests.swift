@testable import EmailAddress
import Testing

struct UnicodePropertiesTests {
  @Test func `visible are letters, numbers, punctuation and symbols`() {
    #expect(CodePoints("aא½٣,+😀").allSatisfy { $0.isVisible })
    #expect(CodePoints(" \0\u{301}\u{200B}\u{E000}\u{378}").allSatisfy { !$0.isVisible })
  }

  @Test func `white space is Python's`() {
    let expected: [UInt32] = [9, 10, 11, 12, 13, 0x1C, 0x1D, 0x1E, 0x1F, 0x20, 0x85, 0xA0, 0x1680]
    let later: [UInt32] = Array(0x2000...0x200A) + [0x2028, 0x2029, 0x202F, 0x205F, 0x3000]
    #expect((0..<0x110000).filter { CodePoint($0).isWhiteSpace } == expected + later)
  }

  @Test func `names are Unicode's, and controls have none`() {
    #expect(CodePoint(" ").name == "SPACE")
    #expect(CodePoint("\u{200D}").name == "ZERO WIDTH JOINER")
    #expect(CodePoint("\0").name == nil)
    #expect(CodePoint("\u{378}").name == nil)
  }

  @Test func `directions, joining types and scripts are told`() {
    #expect(
      CodePoints("aא\u{627}\u{661}1\u{301}-").map(\.bidiClass) == [.l, .r, .al, .an, .en, .nsm, .neutral])
    #expect(CodePoint("\u{378}").bidiClass == nil)
    #expect(
      CodePoints("\u{628}\u{627}\u{64B}a\u{1171E}").map(\.joiningType) == [
        .dual, .right, .transparent, .none, .none,
      ])
    #expect(CodePoint("α").isScript("Greek") && !CodePoint("a").isScript("Greek"))
  }

  @Test func `a decomposition with a full stop is seen`() {
    #expect(CodePoint("…").decomposesToFullStop && !CodePoint("ä").decomposesToFullStop)
  }
}
