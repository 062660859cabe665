/// The pause before the next attempt to connect: doubled after each failure, up to a bound that keeps the
/// first success within a second of the database's return, and random, so that many workers do not knock together.
struct Backoff {
  private static let shortest: Int64 = 25
  private static let longest: Int64 = 600
  private var failures: Int64 = 0

  /// The pause after one more failure. `random` gives a number of the range.
  mutating func next(random: (ClosedRange<Int64>) -> Int64) -> Duration {
    failures = min(failures + 1, 10)
    let bound = min(Self.shortest << failures, Self.longest)
    return .milliseconds(random(bound / 2...bound))
  }

  /// An attempt succeeded.
  mutating func reset() {
    failures = 0
  }
}
