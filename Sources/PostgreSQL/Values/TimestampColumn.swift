internal import Scalars

extension Timestamp {
  /// PostgreSQL counts from 2000-01-01T00:00:00Z: 30 years of which 7 were leap years.
  private static let epoch: Int64 = 946_684_800_000_000

  /// From the server's count; its two infinities are kept.
  init(sinceYear2000 count: Int64) {
    let (sum, overflow) = count.addingReportingOverflow(Self.epoch)
    // Overflow means the server's infinity (Int64.max); its range ends in the year 294276, far below.
    self.init(microseconds: count == .min ? .min : overflow ? .max : sum)
  }

  /// The server's count; what lies before its range is `-infinity`.
  var sinceYear2000: Int64 {
    if self == .infinity { return .max }
    let (difference, overflow) = microseconds.subtractingReportingOverflow(Self.epoch)
    return overflow ? .min : difference
  }
}
