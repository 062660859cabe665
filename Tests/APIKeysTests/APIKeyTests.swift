import Testing

@testable import APIKeys

struct APIKeyTests {
  @Test func `a key has 256 random bits`() throws {
    let keys = (0..<1000).map { _ in APIKey().text }
    for key in keys { #expect(key.wholeMatch(of: /roster_[0-9a-f]{64}/) != nil) }
    #expect(Set(keys).count == 1000)
    // Of 256,000 bits half are ones: five standard deviations are 1265.
    let bytes = try keys.flatMap { try #require(Hexadecimal.bytes($0.dropFirst(7))) }
    let ones = bytes.reduce(0) { $0 + $1.nonzeroBitCount }
    #expect(abs(ones - 128_000) < 1265)
  }
}
