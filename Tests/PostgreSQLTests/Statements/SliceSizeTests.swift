import Testing

@testable import PostgreSQL

struct SliceSizeTests {
  @Test(arguments: [0: 0, 1: 1, 100: 100, 101: 100, Int64.max: 100, -1: 0] as [Int64: Int64])
  func `the first slice is small, and no larger than the list`(_ limit: Int64, _ rows: Int64) {
    #expect(SliceSize(limit: limit).next == rows)
  }

  @Test func `small rows make slices of a thousand, up to the limit`() {
    var size = SliceSize(limit: 2500)
    var slices: [Int64] = []
    while size.next > 0 {
      slices.append(size.next)
      size.note(rows: Int(size.next), bytes: 100 * Int(size.next))
    }
    #expect(slices == [100, 1000, 1000, 400])
  }

  @Test func `fewer rows than asked for are the last`() {
    var size = SliceSize(limit: 2500)
    size.note(rows: 99, bytes: 1)
    #expect(size.next == 0)
  }

  @Test func `large rows make short slices, of one row at least`() {
    var size = SliceSize(limit: 2500)
    size.note(rows: 100, bytes: 100 * 4096)
    #expect(size.next == 64)
    size.note(rows: 64, bytes: .max)
    #expect(size.next == 1)
    size.note(rows: 1, bytes: 0)
    #expect(size.next == 1000)
  }
}
