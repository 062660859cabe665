public import Scalars

extension Day: PostgreSQLEncodable, PostgreSQLDecodable, PostgreSQLArrayElement {
  /// PostgreSQL counts from 2000-01-01: 30 years of which 7 were leap years.
  private static let epoch: Int32 = 10_957

  /// date.
  public static var postgreSQLType: PostgreSQLType { .date }

  /// Four bytes: days since 2000-01-01; what lies before the server's range is `-infinity`.
  public func encode(into buffer: inout ParameterBuffer) {
    let (difference, overflow) = daysSince1970.subtractingReportingOverflow(Self.epoch)
    buffer.append(self == .infinity ? .max : overflow ? .min : difference)
  }

  /// date.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .date }

  /// Four bytes; the server's two infinities are kept.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Day {
    let count: Int32 = try bytes.wholeInteger()
    let (sum, overflow) = count.addingReportingOverflow(epoch)
    return Day(daysSince1970: count == .min ? .min : overflow ? .max : sum)
  }
}
