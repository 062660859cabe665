import Testing
import WebAPI

@testable import APIKeys

struct KeyRingTests {
  private static func line(_ name: String, _ key: String) -> String { "\(name) reader - \(KeyHash(of: key).text)" }

  @Test func `comments and empty lines count for nothing`() throws {
    let lines = [
      "# who", "", " \t\r", Self.line("a", "1") + "  # until she leaves", "#" + Self.line("b", "2"),
      Self.line("c", "3") + "\r", "",
    ]
    let ring = try KeyRing(text: lines.joined(separator: "\n"))
    #expect(ring.entries.map(\.name) == ["a", "c"])
    #expect(try KeyRing(text: "").entries.isEmpty)
  }

  @Test func `a key is found wherever it stands, and no other`() throws {
    let names = (0..<100).map { "n\($0)" }
    let ring = try KeyRing(text: names.map { Self.line($0, "key \($0)") }.joined(separator: "\n"))
    for name in names { #expect(ring.entry(of: "key \(name)")?.name == name) }
    #expect(ring.entry(of: "key") == nil)
    #expect(ring.entry(of: "") == nil)
    #expect(ring.entry(of: KeyHash(of: "key n0").text) == nil, "a hash is no key")
    #expect(try KeyRing(text: "").entry(of: "key n0") == nil)
  }

  @Test func `everything that is wrong is told at once, with its line`() {
    do {
      _ = try KeyRing(
        text: "\(Self.line("a", "1"))\nnonsense\n\n\(Self.line("a", "2"))\n\(Self.line("c", "1"))\nx y - z")
      Issue.record("it was read")
    } catch {
      #expect(error.flaws.map { $0.prefix { $0 != ":" } } == ["2", "4", "5", "6"])
      #expect(error.flaws[1].contains("there is a line for a already"))
      #expect(error.flaws[2].contains("a has the same key"))
    }
  }
}
