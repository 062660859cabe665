@testable import EmailAddress
import Testing

struct IDNAMappingTests {
  private func mapped(_ text: CodePoints) throws(IDNAError) -> CodePoints {
    try text.mapped()
  }

  @Test(arguments: [
    ("ABC", "abc"), ("Ä", "ä"), ("ß", "ß"), ("ẞ", "ß"), ("ς", "ς"), ("ｂ．ｃ。ｄ｡", "b.c.d."), ("①", "1"),
    ("\u{115F}", ""),
    ("a\u{FE0F}", "a"), ("ﷺ", "صلى الله عليه وسلم"), ("u\u{308}", "\u{FC}"),
  ])
  func `characters are folded, replaced or dropped`(_ text: String, _ mapped: String) throws {
    #expect(try CodePoints(text).mapped() == CodePoints(mapped))
  }

  @Test func `a disallowed character is told with its position`() {
    #expect(
      idnaProblem(mapped, CodePoints("a⿰"))
        == "Codepoint U+2FF0 not allowed at position 2 in 'a⿰'")
  }

  @Test func `what decomposes to a full stop is foreseen`() {
    #expect(CodePoints("⒈…㏂﹒\u{85}\u{E000}").allSatisfy { !$0.mayBeMapped })
    #expect(CodePoints("aä．‐日").allSatisfy { $0.mayBeMapped })
  }
}
