/// How long requests took, as a histogram tells it: how many there were up to each of its bounds and beyond the one before.
struct Latency: Equatable {
  /// By the bounds, in seconds; infinity is the last one.
  private(set) var buckets: [Double: Double] = [:]

  /// The number of all.
  var count: Double { buckets.values.reduce(0, +) }

  mutating func add(_ count: Double, upTo bound: Double) { buckets[bound, default: 0] += count }

  static func += (one: inout Latency, other: Latency) {
    for (bound, count) in other.buckets { one.add(count, upTo: bound) }
  }

  /// What has come since an earlier reading. Nothing is less than none: who has fallen has begun anew.
  func since(_ earlier: Latency?) -> Latency {
    var difference = Latency()
    for (bound, count) in buckets { difference.add(max(0, count - (earlier?.buckets[bound] ?? 0)), upTo: bound) }
    return difference
  }

  /// A time, as far as the bounds tell.
  enum Time: Equatable {
    case seconds(Double)
    /// Beyond the last bound.
    case more(Double)
  }

  /// What this share of the requests did not take longer than; nil where there were none. Between two bounds it is taken to be even, as
  /// Prometheus' histogram_quantile does.
  func quantile(_ share: Double) -> Time? {
    let rank = share * count
    guard count > 0, rank.isFinite else { return nil }
    var (below, lower) = (0.0, 0.0)
    for (bound, count) in sorted {
      if below + count >= rank, count > 0 {
        return bound.isFinite ? .seconds(lower + (bound - lower) * max(0, rank - below) / count) : .more(lower)
      }
      below += count
      if bound.isFinite { lower = bound }
    }
    return .more(lower)
  }

  /// The bound that none took longer than; nil where there were none.
  var slowest: Time? {
    guard let last = sorted.last(where: { $0.count > 0 }) else { return nil }
    if last.bound.isFinite { return .seconds(last.bound) }
    return .more(sorted.last { $0.bound.isFinite }?.bound ?? 0)
  }

  private var sorted: [(bound: Double, count: Double)] {
    buckets.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
}
