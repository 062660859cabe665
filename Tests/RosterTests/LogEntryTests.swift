import Glibc
import Logging
import TestSupport
import Testing

@testable import WebAPI
@testable import roster

struct LogEntryTests {
  /// 2026-11-28T05:06:07.089Z.
  private static let time = timespec(tv_sec: 1_795_842_367, tv_nsec: 89_900_000)

  private static func line(_ entry: LogEntry, _ layout: LogLayout) -> String {
    String(decoding: entry.line(layout, at: time, process: 42), as: UTF8.self)
  }

  private static let entry = LogEntry(
    level: .warning, message: #"a "b" \ c"#,
    fields: [
      ("path", .text("/users/1")), ("name", .text("x y=z\n")), ("status", .number(503)),
      ("duration_ms", .milliseconds(ofNanoseconds: 1_234_567)), ("empty", .text("")), ("aborted", .yes),
    ])

  @Test(arguments: [
    (
      LogLayout.text,
      #"2026-11-28T05:06:07.089Z warning [42] a "b" \ c path=/users/1 name=x y=z  status=503 duration_ms=1.234 empty= aborted=true"#
    ),
    (
      .journal,
      #"<4>warning [42] a "b" \ c path=/users/1 name=x y=z  status=503 duration_ms=1.234 empty= aborted=true"#
    ),
    (
      .logfmt,
      #"time=2026-11-28T05:06:07.089Z level=warning msg="a \"b\" \\ c" pid=42 path=/users/1 name="x y=z\n" status=503 duration_ms=1.234 empty="" aborted=true"#
    ),
    (
      .json,
      #"{"time":"2026-11-28T05:06:07.089Z","level":"warning","msg":"a \"b\" \\ c","pid":42,"path":"/users/1","name":"x y=z\n","status":503,"duration_ms":1.234,"empty":"","aborted":true}"#
    ),
  ])
  func `a line of each format`(layout: LogLayout, line: String) {
    #expect(Self.line(Self.entry, layout) == line + "\n")
  }

  @Test func `the journal gets syslog's priorities`() {
    let levels: [Logger.Level] = [.critical, .error, .warning, .notice, .info, .debug, .trace]
    let lines = levels.map { Self.line(LogEntry(level: $0, message: "m"), .journal) }
    #expect(
      lines == [
        "<2>critical [42] m\n", "<3>error [42] m\n", "<4>warning [42] m\n", "<5>notice [42] m\n", "<6>info [42] m\n",
        "<7>debug [42] m\n", "<7>trace [42] m\n",
      ])
  }

  @Test(arguments: [
    ("plain", "plain"), ("", #""""#), ("a b", #""a b""#), ("a=b", #""a=b""#), (#"a"b"#, #""a\"b""#),
    (#"a\b"#, #""a\\b""#),
    ("a\nlevel=error", #""a\nlevel=error""#), ("\r\t", #""\r\t""#), ("\u{1B}[2J\u{7F}", #""\u001b[2J\u007f""#),
    ("\u{202E}x\u{2028}", #""\u202ex\u2028""#), ("é👍", #""é👍""#),
    ("\u{E0041}\u{1F468}\u{200D}", #""\udb40\udc41👨\u200d""#),
  ])
  func `a value is quoted where it has to be, as JSON has it`(text: String, quoted: String) throws {
    let entry = LogEntry(level: .info, message: "m", fields: [("v", .text(text))])
    #expect(Self.line(entry, .logfmt).hasSuffix(" v=\(quoted)\n"))
    #expect(try Self.parse(Self.line(entry, .json))["v"] == .string(text))
  }

  private static func parse(_ line: String) throws -> JSONValue { try JSONParser.parse(Array(line.utf8)) }

  /// Reads a line of logfmt, as its readers do: a value is up to the next space, or a string of JSON.
  private func pairs(_ line: String) throws -> [(String, String)] {
    var (pairs, rest) = ([(String, String)](), line.dropLast().unicodeScalars[...])
    while let equals = rest.firstIndex(of: "=") {
      let name = String(rest[..<equals])
      rest = rest[rest.index(after: equals)...]
      if rest.first != "\"" {
        pairs.append((name, String(rest.prefix { $0 != " " })))
        rest = rest.drop { $0 != " " }
      } else {
        let match = try #require(
          Substring(rest).prefixMatch(of: /"(?:[^"\\]|\\.)*"/.matchingSemantics(.unicodeScalar)))
        guard case .string(let text)? = try Self.parse("{\"v\":\(match.0)}")["v"] else {
          throw ChildProcess.Failure("\(match.0)")
        }
        pairs.append((name, text))
        rest = rest[match.0.endIndex...]
      }
      #expect(rest.isEmpty || rest.first == " ")
      rest = rest.dropFirst()
    }
    #expect(rest.isEmpty)
    return pairs
  }

  private func texts(_ random: inout Xorshift) -> [UInt8] {
    let pieces: [[UInt8]] = [
      Array("\n".utf8), Array("\" level=error ".utf8), Array("\\".utf8), [0xFF, 0xC3],
      Array("\u{2028}\u{85}\u{202E}".utf8),
      [0], Array("日本 👍".utf8), Array("{}]".utf8), [0xED, 0xA0, 0x80], Array("\u{1B}[0m".utf8),
      (0..<60).map { _ in UInt8.random(in: 0...255, using: &random) },
      [UInt8](repeating: UInt8.random(in: 32...126, using: &random), count: 6000),
    ]
    return (0..<Int.random(in: 0...5, using: &random)).flatMap { _ in pieces.randomElement(using: &random) ?? [] }
  }

  @Test(arguments: LogLayout.allCases)
  func `whatever is told, it is one line that can be read, and has each value or its beginning`(layout: LogLayout)
    throws
  {
    var random = Xorshift(seed: 19)
    for _ in 0..<200 {
      let values = (0..<8).map { _ in String(decoding: texts(&random), as: UTF8.self) }
      let entry = LogEntry(
        level: .info, message: values[0], fields: values.dropFirst().enumerated().map { ("k\($0)", .text($1)) })
      let bytes = entry.line(layout, at: Self.time, process: 42)
      #expect(bytes.count <= 4095)
      let line = try #require(String(validating: bytes, as: UTF8.self))
      #expect(bytes.last == UInt8(ascii: "\n"))
      #expect(line.unicodeScalars.dropLast().allSatisfy(LogLine.isSeen))
      let read: [(String, String)]
      switch layout {
      case .text, .journal: continue
      case .logfmt: read = try pairs(line)
      case .json:
        guard case .object(let object) = try Self.parse(line) else { throw ChildProcess.Failure(line) }
        read = object.members.compactMap {
          if case .string(let text) = $0.value { ($0.key.text, text) } else { ($0.key.text, "42") }
        }
      }
      #expect(read.map(\.0) == ["time", "level", "msg", "pid"] + (0..<7).map { "k\($0)" })
      for (value, (_, text)) in zip([values[0], "42"] + values.dropFirst(), read.dropFirst(2)) {
        let isCut = text.unicodeScalars.last == "…" && !text.utf8.elementsEqual(value.utf8)
        #expect(isCut ? value.utf8.starts(with: text.dropLast().utf8) : value.utf8.elementsEqual(text.utf8))
      }
    }
  }

  @Test func `fields that have no place are left out`() throws {
    let entry = LogEntry(
      level: .info, message: "m", fields: (0..<500).map { ("field\($0)", .text(String(repeating: "x", count: 99))) })
    for layout in [LogLayout.json, .logfmt] {
      let line = Self.line(entry, layout)
      #expect((3900...4095).contains(line.utf8.count))
      #expect(line.contains("field60") && !line.contains("field400"))
    }
    #expect(try Self.parse(Self.line(entry, .json))["msg"] == .string("m"))
  }
}
