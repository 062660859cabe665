import Testing

@testable import WebAPI

struct JSONWriterTests {
  private func written(_ write: (inout JSONWriter) -> Void) -> String {
    var writer = JSONWriter()
    write(&writer)
    return String(decoding: writer.bytes, as: UTF8.self)
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
