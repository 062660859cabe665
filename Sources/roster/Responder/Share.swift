internal import EventLoop

/// How many of its connections a worker gives away, so that each has about as many as the others. Pure.
///
/// It gives away half of what it has beyond its share when that is more than an eighth, or when another lacks more than an
/// eighth: none keeps 1.25 times its share, none is left with less than three quarters, and a difference halves each time. What
/// has come all at once, and has yet to be told to the others, is no surplus: it must have been one the last time too.
struct Share {
  /// How often a worker tells the others how many connections it has, and looks how many they have.
  static let interval = Duration.milliseconds(250)

  private var surplus = 0

  /// How many to give away, to be asked at each interval. `others`: how many each of those has that serve; `own` are
  /// without what was given away before.
  mutating func excess(_ own: Int, beside others: [Int]) -> Int {
    let (count, total) = (others.count + 1, others.reduce(own, +))
    let share = (total + count - 1) / count
    let before = surplus
    let isUneven = own * 8 > share * 9 || others.contains { $0 * 8 < share * 7 }
    surplus = isUneven ? max(0, own - share) : 0
    return (min(before, surplus) + 1) / 2
  }
}
