import Testing

@testable import PostgreSQL

struct LookupSizeTests {
  @Test func `few are asked for while nothing is known of their rows, unless each has one at most`() {
    let size = LookupSize()
    #expect((size.limit(ofAll: true), size.limit(ofAll: false)) == (8, 64))
  }

  @Test(arguments: [(8, 2000, 64), (8, 80_000, 26), (64, 1 << 20, 16), (1, 1 << 30, 1), (64, 0, 64)])
  func `as many as an answer of 256 KiB is expected to have, one at least`(keys: Int, bytes: Int, limit: Int) {
    var size = LookupSize()
    size.note(keys: keys, bytes: bytes)
    #expect((size.limit(ofAll: true), size.limit(ofAll: false)) == (limit, limit))
  }
}
