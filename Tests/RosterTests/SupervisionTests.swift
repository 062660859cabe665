import Glibc
import Testing

@testable import roster

struct SupervisionTests {
  /// What is heard of these bytes; nil: the responder has its end open, and nothing is in the pipe.
  private func word(_ bytes: [UInt8], hasEnded: Bool = false) throws -> Supervision.Word? {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    defer { close(ends[0]) }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    try #require(write(ends[1], bytes, bytes.count) == bytes.count)
    if hasEnded { close(ends[1]) }
    defer { if !hasEnded { close(ends[1]) } }
    return Supervision.word(ends[0])
  }

  @Test func `each word is heard, and of several the last`() throws {
    #expect(try word([2]) == .begins)
    #expect(try word([2, 2, 2]) == .begins)
    #expect(try word([1]) == .turns)
    #expect(try word([2, 2, 1]) == .turns)
    #expect(try word([1, 1]) == .turns)
    #expect(try word(Array("why".utf8)) == .ends(reason: "why"))
    #expect(try word([2] + Array("why".utf8), hasEnded: true) == .ends(reason: "why"))
  }

  @Test func `a pipe without anything in it is no end, and one without anybody is`() throws {
    #expect(try word([]) == nil)
    #expect(try word([], hasEnded: true) == .end)
  }

  @Test func `a reason is whole, whatever was told before it`() throws {
    let reason = String(repeating: "x", count: 4096)
    #expect(try word([2, 2, 2] + Array(reason.utf8)) == .ends(reason: reason))
  }
}
