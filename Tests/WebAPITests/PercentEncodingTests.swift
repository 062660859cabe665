import Testing

@testable import WebAPI

struct PercentEncodingTests {
  @Test(arguments: [
    ("abc", "abc"), ("%61%2f%2F", "a//"), ("%C3%A9", "é"), ("%zz%4", "%zz%4"), ("%", "%"), ("%FF", "\u{FFFD}"),
    ("a+b", "a+b"), ("%2541", "%41"),
  ])
  func `triplets are decoded once, anything else stays`(text: String, decoded: String) {
    #expect(PercentEncoding.decode(text) == decoded)
  }

  @Test func `a plus is a space in a query`() {
    #expect(PercentEncoding.decode("a+b%2B", plusIsSpace: true) == "a b+")
  }

  @Test func `what may not stand in a URL is encoded in upper case`() {
    #expect(PercentEncoding.encode("/é\r\n~a%", safe: "/%") == "/%C3%A9%0D%0A~a%")
  }
}
