@testable import EmailAddress
import Testing

struct PrettyAddressTests {
  private func read(_ text: String) throws(EmailAddressError) -> String {
    String(try CodePoints(reading: text))
  }

  @Test(arguments: [
    ("Name <a@b.co>", "a@b.co"), (" <a> ", "a"), ("First Last<a>", "a"), ("\"Na, me\" <a>", "a"),
    ("\"a\" <b> \"c\" <d>", "d"), ("Jörg\u{3000}< a >", "a"), ("<<a>>", "<a>"),
  ])
  func `the text in angle brackets is the address`(_ text: String, _ address: String) throws {
    #expect(try read(text) == address)
  }

  @Test(arguments: [
    "a@b.co", "<>", "<a", "Na, me <a>", "\"\" <a>", "\"Name <a>", "Na\"m\"e <a>", "Name <a> x",
  ])
  func `anything else is left alone`(_ text: String) throws {
    #expect(try read(text) == text)
  }

  @Test func `white space is what Python takes for it`() throws {
    #expect(try read("\u{1C}\u{85}\u{3000} a \u{2029}\t") == "a")
    #expect(try read("\u{200B}a") == "\u{200B}a")
  }

  @Test func `2048 code points are read and 2049 are not`() throws {
    #expect(try read(String(repeating: "😀", count: 2048)).unicodeScalars.count == 2048)
    #expect(
      reason(read, String(repeating: "😀", count: 2049))
        == "Length must not exceed 2048 characters")
  }

  @Test(arguments: ["\n", "a\r", "\r\n", "Name\n <a>"])
  func `line ends are refused`(_ text: String) {
    #expect(
      reason(read, text)
        == "Carriage return and line feed characters are not allowed")
  }
}
