internal import EventLoop

/// How many of the server's notices are told: a trigger may raise one with each row that anybody writes. Pure: the clock comes
/// in.
struct NoticeLimit {
  /// So many in each period.
  private static let most = 10
  private static let period = Duration.seconds(10)

  private var began: MonotonicTime?
  private var count = 0

  /// nil: this one is not told. Else how many before it were not.
  mutating func note(at now: MonotonicTime) -> Int? {
    if let began, now - began < Self.period {
      count += 1
      return count <= Self.most ? 0 : nil
    }
    defer { (began, count) = (now, 1) }
    return max(0, count - Self.most)
  }
}
