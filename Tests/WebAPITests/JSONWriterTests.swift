import Testing

@testable import WebAPI

struct JSONWriterTests {
  private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (0.0, "0.0"), (-0.0, "-0.0"), (1.0, "1.0"), (1e5, "100000.0"), (1e22, "1e+22"), (1e-7, "1e-07"),
    (1e16, "1e+16"), (123_456_789_012_345_680.0, "1.2345678901234568e+17"), (1e15, "1000000000000000.0"),
    (9_999_999_999_999_998.0, "9999999999999998.0"), (0.0001, "0.0001"), (0.00001, "1e-05"), (1.5e300, "1.5e+300"),
    (.leastNonzeroMagnitude, "5e-324"), (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"), (3.14, "3.14"),
    (100.25, "100.25"),
    (123e-7, "1.23e-05"), (-2.5, "-2.5"), (.infinity, "null"), (.nan, "null"),
  ])
  func `numbers are printed as Python prints them`(number: Double, text: String) {
    #expect(written { $0.number(number) } == text)
  }

  @Test(arguments: [0, 7, -7, 10, Int64.max, Int64.min])
  func `integers are printed in decimal`(integer: Int64) {
    #expect(written { $0.integer(integer) } == "\(integer)")
  }

  @Test func `every pair of digits is printed`() {
    for integer in 0...10_100 where written({ $0.integer(integer) }) != "\(integer)" {
      Issue.record("\(integer) is printed as \(written { $0.integer(integer) })")
    }
  }

  @Test func `only quotes, backslashes and control characters are escaped`() {
    #expect(written { $0.string("aé😀\u{7F}/") } == "\"aé😀\u{7F}/\"")
    #expect(written { $0.string("\"\\\u{8}\u{C}\n\r\t\0\u{1F}") } == #""\"\\\b\f\n\r\t\u0000\u001f""#)
  }

  @Test func `a document is compact and keeps the order of its keys`() {
    let value: JSONValue = ["z": [1, .null, true, .number(1)], "a": [:], "b": .bigInteger("123456789012345678901")]
    #expect(written { $0.value(value) } == #"{"z":[1,null,true,1.0],"a":{},"b":123456789012345678901}"#)
  }

  @Test func `what follows a long first element is not given its length`() {
    let first = JSONValue.string(String(repeating: "a", count: 1 << 20))
    var writer = JSONWriter()
    // Each of the nested arrays would guess a thousand times a mebibyte.
    writer.value(.array([.array([first] + Array(repeating: 0, count: 2000))] + Array(repeating: 1, count: 2000)))
    #expect(writer.bytes.count == (1 << 20) + 8006)
    #expect(writer.capacity < 4 << 20)
  }
}
