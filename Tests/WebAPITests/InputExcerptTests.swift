import TestSupport
import Testing

@testable import WebAPI

struct InputExcerptTests {
  private func excerpt(_ value: JSONValue, _ room: Int) -> String {
    var writer = JSONWriter()
    var room = room
    writer.excerpt(of: value, room: &room)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (#""ab\"é""#, 6, #""ab\"""#), (#""ab\"é""#, 7, #""ab\"""#), (#""ab\"é""#, 8, #""ab\"é""#),
    (#""ab""#, 4, #""ab""#), (#""ab""#, 3, #""a""#), (#""ab""#, 2, #""""#),
    (#""ab""#, 1, "null"), (#""é""#, 3, #""""#), (#""😀""#, 5, #""""#), (#""😀a""#, 6, #""😀""#),
    (#""a\"""#, 4, #""a""#), (#""a\u0001""#, 8, #""a""#), (#""a\u0001""#, 9, #""a\u0001""#),
    ("[1,2,3]", 7, "[1,2,3]"), ("[1,2,3]", 6, "[1,2]"), ("[1,2,3]", 4, "[1]"), ("[1,2,3]", 2, "[]"),
    ("[1,2,3]", 1, "null"), ("[[[1]]]", 7, "[[[1]]]"), ("[[[1]]]", 6, "[[[]]]"), ("[[[1]]]", 5, "[[]]"),
    ("[12,\"abc\"]", 9, #"[12,"ab"]"#), ("[]", 2, "[]"), ("{}", 1, "null"), ("123", 2, "null"), ("123", 3, "123"),
    (#"{"a":1,"b":"xyz"}"#, 17, #"{"a":1,"b":"xyz"}"#), (#"{"a":1,"b":"xyz"}"#, 16, #"{"a":1,"b":"xy"}"#),
    (#"{"a":1,"b":"xyz"}"#, 13, #"{"a":1}"#), (#"{"abc":1}"#, 8, "{}"), (#"{"a":[1,2],"b":2}"#, 9, #"{"a":[1]}"#),
    ("1.5", 3, "1.5"), ("true", 3, "null"), ("null", 0, "null"),
  ])
  func `what does not fit ends early, and is JSON all the same`(text: String, room: Int, expected: String) throws {
    #expect(excerpt(try JSONParser.parse(Array(text.utf8)), room) == expected)
  }

  @Test func `keys of SQLAlchemy are left out at any depth`() throws {
    let value: JSONValue = ["_sa_a": 1, "b": [["_sa": 2, "c": 3]], "_s": 4]
    #expect(excerpt(value, 100) == #"{"b":[{"c":3}],"_s":4}"#)
  }

  @Test func `whatever the room, it is JSON, no longer than the room, and whole where that suffices`() throws {
    var random = Xorshift(seed: 7)
    for _ in 0..<300 {
      let value = Self.value(&random, depth: 4)
      let whole = value.text
      for room in 2...(whole.utf8.count + 2) {
        let text = excerpt(value, room)
        #expect(text == whole || room < whole.utf8.count)
        #expect(text.utf8.count <= room || text == "null")
        #expect(try JSONParser.parse(Array(text.utf8)).text == text)
      }
    }
  }

  private static func value(_ random: inout Xorshift, depth: Int) -> JSONValue {
    switch Int.random(in: 0..<(depth > 0 ? 8 : 5), using: &random) {
    case 0: return .null
    case 1: return .integer(.random(in: -100...1000, using: &random))
    case 2: return .number(.random(in: -1...1, using: &random))
    case 3: return .bigInteger("123456789012345678901")
    case 4: return .string(text(&random))
    case 5: return .array((0..<Int.random(in: 0..<4, using: &random)).map { _ in value(&random, depth: depth - 1) })
    default:
      var object = JSONObject()
      for _ in 0..<Int.random(in: 0..<4, using: &random) {
        object.set(text(&random), value(&random, depth: depth - 1))
      }
      return .object(object)
    }
  }

  private static func text(_ random: inout Xorshift) -> String {
    String(
      (0..<Int.random(in: 0..<6, using: &random)).map { _ in "a\"\\\u{1}é😀".randomElement(using: &random) ?? "b" })
  }
}
