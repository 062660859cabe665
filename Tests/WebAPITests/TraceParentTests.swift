import TestSupport
import Testing
import WebAPI

struct TraceParentTests {
  private static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
  private static let parent = "00f067aa0ba902b7"

  @Test(arguments: [("00", false), ("01", true), ("02", false), ("03", true), ("fe", false)])
  func `the value of the specification says trace, parent and flags`(flags: String, isSampled: Bool) throws {
    let parsed = try #require(TraceParent("00-\(Self.trace)-\(Self.parent)-\(flags)"))
    #expect(parsed.traceID == Self.trace)
    #expect(parsed.parentID == Self.parent)
    #expect(parsed.isSampled == isSampled)
  }

  @Test func `of a higher version more may follow`() {
    for text in [
      "01-\(Self.trace)-\(Self.parent)-01", "cc-\(Self.trace)-\(Self.parent)-01-what-the-future-will-be-like",
    ] {
      #expect(TraceParent(text)?.traceID == Self.trace)
    }
  }

  @Test(arguments: [
    "", "-", "00", "00-\(trace)-\(parent)", "00-\(trace)-\(parent)-", "00-\(trace)-\(parent)-0",
    "00-\(trace)-\(parent)-01-",
    "00-\(trace)-\(parent)-01-x", "00-\(trace)-\(parent)-011", "cc-\(trace)-\(parent)-01.x",
    "ff-\(trace)-\(parent)-01",
    "0-\(trace)-\(parent)-01", "00-\(trace.uppercased())-\(parent)-01", "00-\(trace)-\(parent.uppercased())-01",
    "00-\(trace)-\(parent)-0A", "00-\(trace.dropLast())g-\(parent)-01", "00-\(trace.dropLast())-\(parent)-01",
    "00-\(String(repeating: "0", count: 32))-\(parent)-01", "00-\(trace)-\(String(repeating: "0", count: 16))-01",
    " 00-\(trace)-\(parent)-01", "00-\(trace)-\(parent)-01 ", "00-\(trace)-\(parent)-01, 00-\(trace)-\(parent)-01",
    "00_\(trace)-\(parent)-01", "00-\(trace)-\(parent)_01", "00-\(trace.dropLast(2))é-\(parent)-01",
    "xx-\(trace)-\(parent)-01", "00-\(trace)-\(parent)-\n1",
  ])
  func `what differs from it in anything says nothing`(text: String) {
    #expect(TraceParent(text) == nil)
  }

  @Test func `whatever comes, what is read is digits`() {
    var random = Xorshift(seed: 7)
    for _ in 0..<20_000 {
      var bytes = Array("00-\(Self.trace)-\(Self.parent)-01".utf8)
      for _ in 0..<Int.random(in: 1...3, using: &random) { bytes.mutate(&random) }
      guard let parsed = TraceParent(String(decoding: bytes, as: UTF8.self)) else { continue }
      #expect(parsed.traceID.wholeMatch(of: /[0-9a-f]{32}/) != nil)
      #expect(parsed.parentID.wholeMatch(of: /[0-9a-f]{16}/) != nil)
    }
  }
}
