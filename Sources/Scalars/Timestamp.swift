/// A moment to the microsecond, as `timestamp with time zone` stores it: no time zone, leap seconds not counted.
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

// MARK: Day and time

extension Timestamp {
  /// Microseconds of a day.
  package static let day: Int64 = 86_400_000_000
  /// Years 1 to 9999, which are all that Python's datetime and RFC 3339 know.
  package static let written: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

  /// The moment at which so many microseconds of a day have passed in UTC; what is no such moment is an infinity.
  public init(_ day: Day, microseconds: Int64 = 0) {
    let (start, isBeyond) = Int64(day.daysSince1970).multipliedReportingOverflow(by: Self.day)
    let (sum, overflows) = start.addingReportingOverflow(microseconds)
    self.microseconds = isBeyond || overflows ? (day.daysSince1970 < 0 ? .min : .max) : sum
  }

  /// The day in UTC, and the microseconds of it that have passed; of a moment that is held within the years that have a text.
  package var parts: (day: Day, microseconds: Int64) {
    let held = min(max(microseconds, Self.written.lowerBound), Self.written.upperBound)
    let (quotient, remainder) = held.quotientAndRemainder(dividingBy: Self.day)
    let (day, rest) = remainder < 0 ? (quotient - 1, remainder + Self.day) : (quotient, remainder)
    return (Day(daysSince1970: Int32(truncatingIfNeeded: day)), rest)
  }
}

// MARK: Text

extension Timestamp: CustomStringConvertible {
  /// `2026-11-22T08:34:00.123456Z`: six digits of a fraction, or none where it is zero. What lies outside of the years 1 to 9999
  /// is held within them.
  public var description: String {
    let (day, time) = parts
    let (seconds, fraction) = Int(time).quotientAndRemainder(dividingBy: 1_000_000)
    let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { $0.padded(2) }.joined(separator: ":")
    return "\(day)T\(clock)\(fraction == 0 ? "" : "." + fraction.padded(6))Z"
  }

  /// Reads RFC 3339, section 5.6, with `T` or a space; nil if it is anything else, or outside of the years 1 to 9999. Digits
  /// beyond the sixth of a fraction are cut.
  public init?(_ text: String) {
    var reader = DigitReader(text)
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
      let date = reader.number(2), let day = Day(year: year, month: month, day: date),
      reader.take("T") || reader.take("t") || reader.take(" "), let time = reader.time(),
      let offset = reader.offset(),
      reader.isAtEnd
    else { return nil }
    self.init(day, microseconds: time - offset)
    guard Self.written.contains(microseconds) else { return nil }
  }
}

extension DigitReader {
  /// Microseconds since midnight.
  fileprivate mutating func time() -> Int64? {
    guard let hour = number(2), take(":"), let minute = number(2), take(":"), let second = number(2),
      hour < 24, minute < 60, second < 60, let fraction = take(".") ? millionths() : 0
    else { return nil }
    return Int64(hour * 3600 + minute * 60 + second) * 1_000_000 + Int64(fraction)
  }

  /// What is to be subtracted, in microseconds.
  fileprivate mutating func offset() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let isNegative = rest.first == UInt8(ascii: "-")
    guard take("+") || take("-"), let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
    else { return nil }
    return Int64((isNegative ? -1 : 1) * (hours * 3600 + minutes * 60)) * 1_000_000
  }
}
