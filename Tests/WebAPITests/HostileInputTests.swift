import Testing

@testable import WebAPI

/// What `make fuzz` is too small for: bodies and targets as large as a web server lets through. Each has to be answered,
/// and soon: a mebibyte takes milliseconds, so that a minute is none but a hang's.
@Suite(.timeLimit(.minutes(1))) struct HostileInputTests {
  private struct Item: Schema {
    let name: String
    let count: Int64
    static let schema = ObjectSchema<Item>(
      "Item", Item.init, Field("name", \.name, .string), Field("count", \.count, .integer))
  }

  private static let api = API(
    title: "Test", version: "1",
    [
      Operation(
        .put, "/items/{item_id}", "replace_item",
        Inputs(Path<Int32>("item_id"), Query<Int64>("limit", default: 5, .atLeast(0)), Body<Item>()),
        returns: Item.self
      ) { _, _, item in item }
    ])

  private static func status(_ target: String, _ body: [UInt8]) async -> Int {
    let request = Request(method: "PUT", target: target, contentType: "application/json", host: "host", body: body)
    return await api.respond(to: request).status
  }

  private static func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }
  private static let mebibyte = 1 << 20

  struct Row: Sendable, CustomTestStringConvertible {
    let text: String
    let status: Int

    var testDescription: String { "\(text.prefix(40))…" }
  }

  private static func row(_ text: String, _ status: Int) -> Row { Row(text: text, status: status) }

  private static let bodies: [Row] = [
    row(times(100_000, "["), 400),
    row(times(100_000, "[") + times(100_000, "]"), 400),
    row(times(100_000, #"{"a":"#), 400),
    row(times(100_000, #"{"a":"#) + "1" + times(100_000, "}"), 400),
    row(times(100_000, #"[{"a":"#), 400),
    row(times(mebibyte, "9"), 400),
    row("-" + times(mebibyte, "9"), 400),
    row(#"{"name":"a","count":\#(times(mebibyte, "9"))}"#, 400),
    row(#"{"name":"a","count":"\#(times(mebibyte, "9"))"}"#, 422),
    row(#"{"name":"a","count":"\#(times(mebibyte, "0"))1"}"#, 200),
    row(#"{"name":"a","count":"\#(times(mebibyte / 2, "1_"))1"}"#, 422),
    row(#"{"name":"a","count":\#(times(mebibyte, "9")).0}"#, 422),
    row(#"{"name":"a","count":1.\#(times(mebibyte, "0"))}"#, 200),
    row(#"{"name":"a","count":0.\#(times(mebibyte, "0"))1}"#, 200),
    row(#"{"name":"a","count":1e\#(times(mebibyte, "9"))}"#, 422),
    row(#"{"name":"a","count":1e-\#(times(mebibyte, "9"))}"#, 200),
    row(#"{"name":"\#(times(mebibyte, "é"))","count":1}"#, 200),
    row(#"{"name":"\#(times(mebibyte / 6, "\\ud800"))","count":1}"#, 422),
    row(#""\#(times(mebibyte, "a"))"#, 422),
    row(times(mebibyte, "\""), 422),
    row(times(mebibyte, "\\"), 422),
    row(times(mebibyte, " "), 422),
    row(times(mebibyte, "\0"), 422),
    row("[" + times(mebibyte, ","), 422),
    row("[0" + times(mebibyte / 2, ",0"), 422),
    row("[" + times(mebibyte / 3, "[],") + "0]", 422),
    row("{" + times(mebibyte / 6, #""a":0,"#), 422),
    row("{" + times(mebibyte / 6, #""a":0,"#) + #""name":"a","count":1}"#, 200),
  ]

  private static let targets: [Row] = [
    row("/items/" + times(mebibyte, "9"), 422),
    row("/items/" + times(mebibyte, "0") + "1", 200),
    row("/items/1?limit=" + times(mebibyte, "9"), 422),
    row("/items/1?limit=" + times(mebibyte, "%30") + "1", 200),
    row("/items/1" + times(mebibyte, "%"), 422),
    row("/items/1" + times(mebibyte / 3, "%00"), 422),
    row("/items/1?" + times(mebibyte, "&"), 200),
    row("/items/1?" + times(mebibyte / 2, "=&"), 200),
    row("/items/1?" + times(mebibyte / 8, "limit=x&") + "limit=1", 200),
    row(times(mebibyte, "/"), 404),
    row("/items" + times(mebibyte, "/"), 404),
    row("/items/1" + times(mebibyte, "/"), 307),
    row(times(mebibyte / 6, "/items"), 404),
    row(times(mebibyte, "?"), 404),
    row("/items/1" + times(mebibyte, "?"), 200),
    row("/items/1" + times(mebibyte, "#"), 200),
    row("", 404),
  ]

  @Test(arguments: bodies)
  func `a large body is answered`(_ row: Row) async {
    #expect(await Self.status("/items/1", Array(row.text.utf8)) == row.status)
  }

  @Test(
    arguments: [
      ([], 422), ([0], 422),
      (Array(#"{"name":"a\#u{0}b","count":1}"#.utf8), 422),
      (Array(#"{"name":"a\u0000b","count":1}"#.utf8), 422),
      (Array(#"{"name":"a\ud800b","count":1}"#.utf8), 422),
      (Array(#"{"name":""#.utf8) + [0xED, 0xA0, 0x80] + Array(#"","count":1}"#.utf8), 422),
    ] as [([UInt8], Int)])
  func `NUL and halves of surrogate pairs are refused`(body: [UInt8], status: Int) async {
    #expect(await Self.status("/items/1", body) == status)
  }

  /// Overlong forms of NUL, a slash and a quote, code points beyond Unicode's last, and text that breaks off.
  @Test(
    arguments: [
      [0xC0, 0x80], [0xC0, 0xAF], [0xC0, 0xA2], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
      [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF8, 0x88, 0x80, 0x80, 0x80],
      [0xFC, 0x84, 0x80, 0x80, 0x80, 0x80], [0x80], [0xBF], [0xC3], [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xFE], [0xFF],
    ] as [[UInt8]])
  func `what is no UTF-8 is refused in a body, and no number in a path or a query`(bytes: [UInt8]) async {
    #expect(await Self.status("/items/1", Array(#"{"name":"a"#.utf8) + bytes + Array(#"","count":1}"#.utf8)) == 400)
    let encoded = bytes.map { "%" + String($0, radix: 16) }.joined()
    let body = Array(#"{"name":"a","count":1}"#.utf8)
    #expect(await Self.status("/items/1\(encoded)", body) == 422)
    #expect(await Self.status("/items/1?limit=1\(encoded)", body) == 422)
  }

  @Test(arguments: targets)
  func `a large target is answered`(_ row: Row) async {
    #expect(await Self.status(row.text, Array(#"{"name":"a","count":1}"#.utf8)) == row.status)
  }
}
