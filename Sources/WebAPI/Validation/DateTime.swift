/// A moment in UTC, to the microsecond.
public struct DateTime: Hashable, Sendable {
  /// Microseconds since 1970-01-01T00:00:00Z, leap seconds not counted.
  public let microseconds: Int64

  /// Years 1 to 9999, which are all that Python's datetime and RFC 3339 know.
  private static let range: ClosedRange<Int64> = -62_135_596_800_000_000...253_402_300_799_999_999

  /// The moment so many microseconds after 1970-01-01T00:00:00Z, held within the years 1 to 9999.
  public init(microseconds: Int64) {
    self.microseconds = min(max(microseconds, Self.range.lowerBound), Self.range.upperBound)
  }

  /// Reads RFC 3339, section 5.6, with `T` or a space; nil if it is anything else.
  public init?(_ text: String) {
    var reader = DateTimeReader(rest: Array(text.utf8)[...])
    guard let microseconds = reader.microseconds(), Self.range.contains(microseconds) else { return nil }
    self.microseconds = microseconds
  }

  /// Writes `2026-11-22T08:34:00.123456Z` in quotes: six digits of a fraction, or none where it is zero.
  func write(to writer: inout JSONWriter) {
    let (day, time) = Self.divide(microseconds, 86_400_000_000)
    let seconds = UInt32(truncatingIfNeeded: time / 1_000_000)
    let fraction = UInt32(truncatingIfNeeded: time % 1_000_000)
    let date = Self.civil(day)
    writer.raw(fraction == 0 ? 22 : 29) { text in
      text[0] = UInt8(ascii: "\"")
      Self.write(UInt32(truncatingIfNeeded: date.year / 100), at: text + 1, then: nil)
      Self.write(UInt32(truncatingIfNeeded: date.year % 100), at: text + 3, then: "-")
      Self.write(UInt32(truncatingIfNeeded: date.month), at: text + 6, then: "-")
      Self.write(UInt32(truncatingIfNeeded: date.day), at: text + 9, then: "T")
      Self.write(seconds / 3600, at: text + 12, then: ":")
      Self.write(seconds / 60 % 60, at: text + 15, then: ":")
      Self.write(seconds % 60, at: text + 18, then: fraction == 0 ? "Z" : ".")
      if fraction != 0 {
        Self.write(fraction / 10_000, at: text + 21, then: nil)
        Self.write(fraction / 100 % 100, at: text + 23, then: nil)
        Self.write(fraction % 100, at: text + 25, then: "Z")
      }
      text[fraction == 0 ? 21 : 28] = UInt8(ascii: "\"")
    }
  }

  /// Writes a number below 100 in two digits, and what separates it from the next.
  @inline(__always) private static func write(
    _ value: UInt32, at text: UnsafeMutablePointer<UInt8>, then separator: Unicode.Scalar?
  ) {
    text.storeTwoDigits(value)
    if let separator { text[2] = UInt8(truncatingIfNeeded: separator.value) }
  }

  /// Division that rounds down, so that the remainder is never negative.
  private static func divide(_ value: Int64, _ divisor: Int64) -> (quotient: Int64, remainder: Int64) {
    let (quotient, remainder) = value.quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
  }

  /// The date of a day counted from 1970-01-01, in the proleptic Gregorian calendar: Howard Hinnant, "chrono-Compatible
  /// Low-Level Date Algorithms". Years begin in March there, so that the leap day is the last of a year.
  private static func civil(_ day: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let (era, dayOfEra) = divide(day + 719_468, 146_097)
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * dayOfYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shifted + 2) / 5 + 1)
  }

  /// The inverse of `civil`.
  fileprivate static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shiftedYear = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = divide(shiftedYear, 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }
}

/// Reads the fields of an RFC 3339 date-time one after another.
private struct DateTimeReader {
  var rest: ArraySlice<UInt8>

  mutating func microseconds() -> Int64? {
    guard let year = number(4), take("-"), let month = number(2), take("-"), let day = number(2),
      take("T") || take("t") || take(" "), let hour = number(2), take(":"), let minute = number(2), take(":"),
      let second = number(2), let fraction = fraction(), let offset = offset(), rest.isEmpty
    else { return nil }
    guard year > 0, 1...12 ~= month, 1...Self.length(year, month) ~= day, hour < 24, minute < 60, second < 60 else {
      return nil
    }
    let seconds = DateTime.days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
    return seconds * 1_000_000 + fraction
  }

  private static func length(_ year: Int64, _ month: Int64) -> Int64 {
    let next = month == 12 ? DateTime.days(year + 1, 1, 1) : DateTime.days(year, month + 1, 1)
    return next - DateTime.days(year, month, 1)
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func number(_ width: Int) -> Int64? {
    let digits = rest.prefix(width)
    guard digits.count == width, digits.allSatisfy(\.isDigit) else { return nil }
    rest = rest.dropFirst(width)
    return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  /// Digits beyond the sixth are cut.
  private mutating func fraction() -> Int64? {
    guard take(".") else { return 0 }
    let digits = rest.prefix(while: \.isDigit)
    rest = rest.dropFirst(digits.count)
    guard !digits.isEmpty else { return nil }
    return (Array(digits.prefix(6)) + Array(repeating: 0x30, count: max(0, 6 - digits.count)))
      .reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  private mutating func offset() -> Int64? {
    if take("Z") || take("z") { return 0 }
    let isNegative = rest.first == UInt8(ascii: "-")
    guard take("+") || take("-"), let hours = number(2), take(":"), let minutes = number(2), hours < 24, minutes < 60
    else { return nil }
    return (isNegative ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}

extension Codec where Value == DateTime {
  /// A moment, as RFC 3339 writes it.
  public static var dateTime: Codec {
    Codec(
      document: ["type": "string", "format": "date-time"],
      decode: { input, validation in
        if case .string(let text) = input, let moment = DateTime(text) { return moment }
        let isText = if case .string = input { true } else { false }
        validation.report(
          isText
            ? ValidationError("datetime_parsing", "Input should be a valid datetime", input: input)
            : ValidationError("datetime_type", "Input should be a valid datetime", input: input))
        return nil
      },
      encode: { $0.write(to: &$1) },
      encodeOrNull: { if let moment = $0 { moment.write(to: &$1) } else { $1.raw("null") } })
  }
}
