import TestSupport
import Testing

@testable import WebAPI

struct JSONParserTests {
  private func parse(_ text: String) throws(JSONError) -> JSONValue {
    try JSONParser.parse(Array(text.utf8))
  }

  @Test(
    arguments: [
      ("null", .null), ("true", true), ("false", false), ("0", 0), ("-0", 0), ("-12", -12),
      ("9223372036854775807", .integer(.max)), ("9223372036854775808", .bigInteger("9223372036854775808")),
      ("-9223372036854775809", .bigInteger("-9223372036854775809")), ("1.0", .number(1)),
      ("-1.5e-3", .number(-0.0015)),
      ("1E5", .number(100_000)), ("1e400", .number(.infinity)), ("Infinity", .number(.infinity)),
      ("-Infinity", .number(-.infinity)), (#""""#, ""), (#""aé😀""#, "aé😀"),
      (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
      (#""\u00e9\ud83d\ude00\u0000""#, "é😀\0"), ("[]", []), (" [ 1 , [ ] ] ", [1, []]), ("{}", [:]),
      (#" { "a" : 1 , "b" : {} } "#, ["a": 1, "b": [:]]), ("\u{FEFF}1", 1),
    ] as [(String, JSONValue)])
  func `what is JSON is read`(text: String, value: JSONValue) throws {
    #expect(try parse(text) == value)
  }

  @Test func `not a number is one`() throws {
    guard case .number(let number) = try parse("NaN") else { throw JSONError.unreadable }
    #expect(number.isNaN)
  }

  /// Recorded from CPython 3.11.
  @Test(arguments: [
    ("", "Expecting value", 0),
    ("{", "Expecting property name enclosed in double quotes", 1),
    ("}", "Expecting value", 0),
    ("[", "Expecting value", 1),
    ("[1", "Expecting ',' delimiter", 2),
    ("[1,", "Expecting value", 3),
    ("[1,]", "Expecting value", 3),
    ("[1 2]", "Expecting ',' delimiter", 3),
    ("{\"a\"", "Expecting ':' delimiter", 4),
    ("{\"a\":", "Expecting value", 5),
    ("{\"a\":1", "Expecting ',' delimiter", 6),
    ("{\"a\":1,", "Expecting property name enclosed in double quotes", 7),
    ("{\"a\":1,}", "Expecting property name enclosed in double quotes", 7),
    ("{\"a\" 1}", "Expecting ':' delimiter", 5),
    ("{\"a\":1 \"b\":2}", "Expecting ',' delimiter", 7),
    ("{1:2}", "Expecting property name enclosed in double quotes", 1),
    ("nul", "Expecting value", 0),
    ("nan", "Expecting value", 0),
    ("-", "Expecting value", 0),
    ("--1", "Expecting value", 0),
    ("01", "Extra data", 1),
    ("1.", "Extra data", 1),
    ("1.e5", "Extra data", 1),
    ("1e", "Extra data", 1),
    ("1e+", "Extra data", 1),
    (".5", "Expecting value", 0),
    ("+1", "Expecting value", 0),
    ("\"abc", "Unterminated string starting at", 0),
    ("\"a\\", "Unterminated string starting at", 0),
    ("\"a\\x\"", "Invalid \\escape", 2),
    ("\"a\\u12\"", "Invalid \\uXXXX escape", 3),
    ("\"a\\u12zz\"", "Invalid \\uXXXX escape", 3),
    ("\"a\\ud83d\\u12\"", "Invalid \\uXXXX escape", 9),
    ("\"a\tb\"", "Invalid control character at", 2),
    ("\"a\nb\"", "Invalid control character at", 2),
    ("tru", "Expecting value", 0),
    ("1 2", "Extra data", 2),
    ("{}x", "Extra data", 2),
    ("[]]", "Extra data", 2),
    ("é", "Expecting value", 0),
    ("\"é\\x\"", "Invalid \\escape", 2),
    ("[\"😀\",x]", "Expecting value", 5),
    ("{'a':1}", "Expecting property name enclosed in double quotes", 1),
    ("\u{FEFF}1x", "Extra data", 1),
    ("Infinit", "Expecting value", 0),
    ("-Infinit", "Expecting value", 0),
    ("NaNN", "Extra data", 3),
    ("[1,\n2,\n x]", "Expecting value", 8),
    ("\"\\u00e9", "Invalid \\uXXXX escape", 2),
    ("{\"a\":\"\\x\"}", "Invalid \\escape", 6),
    ("  ", "Expecting value", 2),
    ("\0", "Expecting value", 0),
    ("\"\\", "Unterminated string starting at", 0),
    ("{\"a\":1,,}", "Expecting property name enclosed in double quotes", 7),
    ("[,1]", "Expecting value", 1),
    ("-a", "Expecting value", 0),
    ("0x10", "Extra data", 1),
    ("1_000", "Extra data", 1),
    ("\"\\uD83D\\uDE0\"", "Invalid \\uXXXX escape", 8),
  ])
  func `what is no JSON is refused with CPython's text, at its character`(
    text: String, message: String, offset: Int
  ) {
    #expect(throws: JSONError.syntax(message, offset: offset)) { try parse(text) }
  }

  @Test func `half of a surrogate pair makes a string malformed, not the document`() throws {
    #expect(try parse(#""a\ud800b""#) == .malformedString("a\u{FFFD}b"))
    #expect(try parse(#""\ud83d\u0041""#) == .malformedString("\u{FFFD}A"))
    #expect(try JSONParser.parse([0x22, 0xED, 0xA0, 0x80, 0x22]) == .malformedString("\u{FFFD}"))
  }

  @Test func `of a repeated key the last value counts, at the place of the first`() throws {
    #expect(try parse(#"{"a":1,"b":2,"a":3}"#) == ["a": 3, "b": 2])
  }

  @Test func `keys that only look alike are two keys`() throws {
    guard case .object(let object) = try parse(#"{"\u00e9":1,"e\u0301":2}"#) else { throw JSONError.unreadable }
    #expect(object.members.count == 2)
  }

  @Test func `nesting up to Python's limit is read, beyond it refused`() throws {
    let deepest = String(repeating: "[", count: 965) + String(repeating: "]", count: 965)
    #expect(throws: Never.self) { try parse(deepest) }
    #expect(throws: JSONError.unreadable) { try parse("[\(deepest)]") }
    #expect(throws: JSONError.unreadable) { try parse(String(repeating: #"{"a":"#, count: 100_000)) }
  }

  /// Recorded from CPython 3.11.
  @Test(arguments: [
    (#""a""#, 965), ("1", 965), ("[]", 964), ("NaN", 964), ("-Infinity", 964), ("[NaN]", 963),
  ])
  func `a constant is one level deeper than it looks`(text: String, deepest: Int) {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + text + String(repeating: "]", count: depth)
    }
    #expect(throws: Never.self) { try parse(nested(deepest)) }
    #expect(throws: JSONError.unreadable) { try parse(nested(deepest + 1)) }
  }

  /// Recorded from CPython 3.11.
  @Test(arguments: [
    ("", 965), ("nul", 965), ("-", 965), ("1,", 965), (#""\x""#, 962), (#"""#, 962), (#""\u12""#, 962),
    ("\"\n\"", 962),
    ("1 2", 962), ("{1", 961), (#"{"a" 1}"#, 961), (#"{"a":1,"#, 961),
  ])
  func `an error with a place needs three levels, one without a value none`(text: String, deepest: Int) {
    func error(_ depth: Int) -> JSONError? {
      #expect(throws: JSONError.self) { try parse(String(repeating: "[", count: depth) + text) }
    }
    #expect(error(deepest) != .unreadable)
    #expect(error(deepest + 1) == .unreadable)
  }

  @Test func `an integer of 4300 digits is read, a longer one refused`() throws {
    let longest = String(repeating: "9", count: 4300)
    #expect(try parse("-\(longest)") == .bigInteger("-\(longest)"))
    #expect(throws: JSONError.unreadable) { try parse("\(longest)9") }
  }

  @Test func `200,000 keys take no longer than their number suggests`() throws {
    let members = (0..<200_000).map { "\"\($0)\":0" }.joined(separator: ",")
    guard case .object(let object) = try parse("{\(members)}") else { throw JSONError.unreadable }
    #expect(object["199999"] == 0)
  }

  @Test(arguments: 1...20)
  func `no mutation of a document makes it trap`(seed: UInt64) {
    var random = Xorshift(seed: seed)
    let document = Array(#"{"a":[1,-2.5e3,"x\u00e9\ud83d\ude00",true,null,{"b":"\\"}],"é":Infinity}"#.utf8)
    for _ in 0..<2000 {
      var bytes = document
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      bytes.removeLast(Int.random(in: 0..<bytes.count, using: &random) / 4)
      _ = try? JSONParser.parse(bytes)
    }
  }
}
