/// A date and a time of day as pydantic's lax mode reads them (its library is speedate, a crate of Rust): ISO 8601, or a number
/// of seconds since 1970, which are milliseconds beyond 2e10. It may be in year 0, about which pydantic complains last.
struct LaxMoment {
  var day: Day
  /// Microseconds since midnight.
  var time: Int64 = 0
  /// Microseconds by which the time is ahead of UTC; nil where nothing is said of it.
  var offset: Int64?

  /// What is wrong, in speedate's words.
  enum Flaw: String, Error {
    case tooShort = "input is too short"
    case extraCharacters = "unexpected extra characters at the end of the input"
    case year = "invalid character in year"
    case month = "invalid character in month"
    case day = "invalid character in day"
    case dateSeparator = "invalid date separator, expected `-`"
    case monthRange = "month value is outside expected range of 1-12"
    case dayRange = "day value is outside expected range"
    case yearZero = "year 0 is out of range"
    case separator = "invalid datetime separator, expected `T`, `t`, `_` or space"
    case hour = "invalid character in hour"
    case minute = "invalid character in minute"
    case second = "invalid character in second"
    case timeSeparator = "invalid time separator, expected `:`"
    case hourRange = "hour value is outside expected range of 0-23"
    case minuteRange = "minute value is outside expected range of 0-59"
    case secondRange = "second value is outside expected range of 0-59"
    case fraction = "second fraction digits missing after `.`"
    case zoneSign = "invalid timezone sign"
    case zoneHour = "invalid timezone hour"
    case zoneMinute = "invalid timezone minute"
    case zoneMinuteRange = "timezone minute value is outside expected range of 0-59"
    case zoneRange = "timezone offset must be less than 24 hours"
    case tooLarge = "dates after 9999 are not supported as unix timestamps"
    case tooSmall = "dates before 0000 are not supported as unix timestamps"
    case notANumber = "NaN values not permitted"

    func error(_ type: String, _ message: String, _ input: JSONValue) -> ValidationError {
      ValidationError(type, "\(message), \(rawValue)", input: input, context: ["error": .string(rawValue)])
    }
  }

  /// Whether it is in year 0 where it was written.
  var isInYearZero: Bool { day.date.year < 1 }
}

extension LaxMoment {
  /// nil where the input is of a type that says no moment.
  init?(_ input: JSONValue) throws(Flaw) {
    switch input {
    case .string(let text), .malformedString(let text): self = try Self.parse(text)
    case .integer(let seconds): try self.init(seconds: seconds)
    case .bigInteger(let digits):
      // What is too large for Python's float() is no number to pydantic.
      guard Double(digits)?.isFinite == true else { return nil }
      throw digits.hasPrefix("-") ? .tooSmall : .tooLarge
    case .number(let seconds): try self.init(seconds: seconds)
    default: return nil
    }
  }

  /// What is wrong with a text as a date; `flaw` where it is a number.
  static func flawAsDate(of text: String, else flaw: Flaw) -> Flaw {
    if flaw == .tooLarge || flaw == .tooSmall { return flaw }
    do {
      var reader = LaxMomentReader(text)
      _ = try reader.date()
      return .extraCharacters
    } catch {
      return error
    }
  }

  private static func parse(_ text: String) throws(Flaw) -> LaxMoment {
    var reader = LaxMomentReader(text)
    do {
      return try reader.moment()
    } catch {
      if let number = try number(Array(text.utf8)) { return number }
      throw error
    }
  }
}

// MARK: Numbers

extension LaxMoment {
  /// From here on a number is one of milliseconds.
  private static let watershed = 20_000_000_000

  /// nil where the text is no number; a number with an exponent is one only if it has a point.
  private static func number(_ text: [UInt8]) throws(Flaw) -> LaxMoment? {
    let digits = text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "+") ? text.dropFirst() : text[...]
    if !digits.isEmpty, digits.allSatisfy(\.isDigit) {
      guard let seconds = Int(String(decoding: text, as: UTF8.self)) else { return nil }
      return try LaxMoment(seconds: seconds)
    }
    guard digits.drop(while: \.isDigit).first == UInt8(ascii: "."), Numeral.isNumeral(text[...]) else {
      return nil
    }
    let value = Double(numeral: text.first == UInt8(ascii: "+") ? digits : text[...])
    return try LaxMoment(seconds: value)
  }

  private init(seconds number: Double) throws(Flaw) {
    if number.isNaN { throw .notANumber }
    let floor = number.rounded(.down)
    guard let whole = Int(exactly: floor) else { throw number < 0 ? .tooSmall : .tooLarge }
    try self.init(whole, fraction: number - floor, areMilliseconds: number.magnitude > Double(Self.watershed))
  }

  private init(seconds: Int) throws(Flaw) {
    try self.init(seconds, fraction: 0, areMilliseconds: seconds.magnitude > Self.watershed)
  }

  private init(_ whole: Int, fraction: Double, areMilliseconds: Bool) throws(Flaw) {
    guard areMilliseconds else {
      try self.init(ofSeconds: whole, microseconds: Int((fraction * 1_000_000).rounded()))
      return
    }
    let (quotient, remainder) = whole.quotientAndRemainder(dividingBy: 1000)
    let (seconds, rest) = remainder < 0 ? (quotient - 1, remainder + 1000) : (quotient, remainder)
    try self.init(ofSeconds: seconds, microseconds: rest * 1000 + Int((fraction * 1000).rounded()))
  }

  /// `microseconds` are up to a whole second.
  private init(ofSeconds seconds: Int, microseconds: Int) throws(Flaw) {
    guard seconds <= 253_402_300_799 else { throw .tooLarge }
    guard seconds >= -62_167_219_200 else { throw .tooSmall }
    let sum = Int64(seconds) * 1_000_000 + Int64(microseconds)
    guard sum <= Timestamp.written.upperBound else { throw .tooLarge }
    let (quotient, remainder) = sum.quotientAndRemainder(dividingBy: Timestamp.day)
    let (days, rest) = remainder < 0 ? (quotient - 1, remainder + Timestamp.day) : (quotient, remainder)
    day = Day(daysSince1970: Int32(truncatingIfNeeded: days))
    (time, offset) = (rest, 0)
  }
}
