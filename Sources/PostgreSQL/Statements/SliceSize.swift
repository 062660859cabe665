/// How many rows the next slice of a list has. Pure: what a slice took comes in.
struct SliceSize {
  /// The first slice, of whose rows nothing is known yet.
  static let first: Int64 = 100
  /// About a millisecond of the loop.
  static let most: Int64 = 1000
  /// What a slice may take of libpq's memory, in bytes, if its rows are like those before.
  static let bytes: Int64 = 256 << 10

  /// Rows that the list may still have.
  private(set) var left: Int64
  private var size = SliceSize.first

  init(limit: Int64) {
    left = max(0, limit)
  }

  /// The rows to ask for; 0 at the end.
  var next: Int64 { min(left, size) }

  /// A slice that was asked for had so many rows, which took so much memory.
  mutating func note(rows: Int, bytes: Int) {
    let (asked, rows) = (next, Int64(rows))
    left = rows < asked ? 0 : left - asked
    let row = max(1, Int64(bytes) / max(1, rows))
    size = min(max(1, Self.bytes / row), Self.most)
  }
}
