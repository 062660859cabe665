/// A moment, as `timestamp with time zone` stores it: microseconds, no time zone.
public struct Timestamp: Hashable, Comparable, Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z.
  public let microseconds: Int64

  /// The moment this many microseconds after 1970-01-01T00:00:00Z.
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// PostgreSQL's `infinity`, later than every other.
  public static let infinity = Timestamp(microseconds: .max)
  /// PostgreSQL's `-infinity`, earlier than every other.
  public static let negativeInfinity = Timestamp(microseconds: .min)

  /// Whether it is a moment, neither `infinity` nor `-infinity`.
  public var isFinite: Bool { self != .infinity && self != .negativeInfinity }

  /// Whether `left` comes first.
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.microseconds < right.microseconds
  }
}

extension Timestamp {
  /// PostgreSQL counts from 2000-01-01T00:00:00Z: 30 years of which 7 were leap years.
  private static let epoch: Int64 = 946_684_800_000_000

  /// From the server's count; its two infinities are kept.
  init(sinceYear2000 count: Int64) {
    let (sum, overflow) = count.addingReportingOverflow(Self.epoch)
    // Overflow means the server's infinity (Int64.max); its range ends in the year 294276, far below.
    microseconds = count == .min ? .min : overflow ? .max : sum
  }

  /// The server's count; what lies before its range is `-infinity`.
  var sinceYear2000: Int64 {
    if self == .infinity { return .max }
    let (difference, overflow) = microseconds.subtractingReportingOverflow(Self.epoch)
    return overflow ? .min : difference
  }
}
