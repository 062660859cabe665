import Testing

@testable import WebAPI

struct ByteEqualityTests {
  private func areEqual(_ one: String, _ other: String) -> Bool {
    Array(one.utf8).withUnsafeBufferPointer { one in
      Array(other.utf8).withUnsafeBufferPointer { one.equals($0) }
    }
  }

  @Test(arguments: ["", "a", "users", "a text that is longer than a small string"])
  func `equal are the same bytes and no others`(text: String) {
    #expect(areEqual(text, text))
    #expect(!areEqual(text, text + "x"))
    #expect(!areEqual("x" + text, text + "y"))
  }

  @Test func `two ways to write one character are not equal, nor are they as keys`() {
    let (composed, decomposed) = ("\u{C9}x", "E\u{301}")
    #expect(composed.utf8.count == decomposed.utf8.count && !areEqual(composed, decomposed))
    var object = JSONObject()
    object.set("\u{212B}", 1)  // the sign for the unit, three bytes as its like below has them
    object.set("A\u{30A}", 2)
    #expect("\u{212B}" == "A\u{30A}" && object["\u{212B}"] == 1 && object["A\u{30A}"] == 2)
  }
}
