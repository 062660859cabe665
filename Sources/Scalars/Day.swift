/// A date of the proleptic Gregorian calendar without a time of day, as `date` stores it.
public struct Day: Hashable, Comparable, Sendable {
  /// Days since 1970-01-01.
  public let daysSince1970: Int32

  /// The day this many days after 1970-01-01.
  public init(daysSince1970: Int32) {
    self.daysSince1970 = daysSince1970
  }

  /// The day of a date; nil where the calendar has none, or it lies outside of the years 1 to 9999.
  public init?(year: Int, month: Int, day: Int) {
    guard 1...9999 ~= year, 1...12 ~= month, 1...Self.length(year, month) ~= day else { return nil }
    daysSince1970 = Int32(Self.number(year, month, day))
  }

  /// PostgreSQL's `infinity`, later than every other.
  public static let infinity = Day(daysSince1970: .max)
  /// PostgreSQL's `-infinity`, earlier than every other.
  public static let negativeInfinity = Day(daysSince1970: .min)

  /// The first and the last day that have a text: years 1 to 9999 are all that Python's date and RFC 3339 know.
  private static let written: ClosedRange<Int32> = -719_162...2_932_896

  /// Whether `left` comes first.
  public static func < (left: Day, right: Day) -> Bool { left.daysSince1970 < right.daysSince1970 }
}

// MARK: The calendar

extension Day {
  /// Year, month and day: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". Years begin in March there, so that the
  /// leap day is the last of a year.
  public var date: (year: Int, month: Int, day: Int) {
    let (era, dayOfEra) = Self.divide(Int(daysSince1970) + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// The inverse of `date`.
  private static func number(_ year: Int, _ month: Int, _ day: Int) -> Int {
    let (era, yearOfEra) = divide(month <= 2 ? year - 1 : year, 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// How many days a month has.
  private static func length(_ year: Int, _ month: Int) -> Int {
    number(month == 12 ? year + 1 : year, month == 12 ? 1 : month + 1, 1) - number(year, month, 1)
  }

  /// Division that rounds down, so that the remainder is never negative.
  private static func divide(_ value: Int, _ divisor: Int) -> (quotient: Int, remainder: Int) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }
}

// MARK: Text

extension Day: CustomStringConvertible {
  /// `2026-11-27`; what lies outside of the years 1 to 9999 is held within them.
  public var description: String {
    let (year, month, day) = Day(
      daysSince1970: min(max(daysSince1970, Self.written.lowerBound), Self.written.upperBound)
    ).date
    return year.padded(4) + "-" + month.padded(2) + "-" + day.padded(2)
  }

  /// Reads `2026-11-27` (RFC 3339, full-date); nil if it is anything else.
  public init?(_ text: String) {
    var reader = DigitReader(text)
    guard let year = reader.number(4), reader.take("-"), let month = reader.number(2), reader.take("-"),
      let day = reader.number(2), reader.isAtEnd
    else { return nil }
    self.init(year: year, month: month, day: day)
  }
}

extension Int {
  /// With zeros in front of it.
  func padded(_ width: Int) -> String {
    let digits = String(self)
    return String(repeating: "0", count: Swift.max(0, width - digits.utf8.count)) + digits
  }
}
