/// Reads a date, a time of day and an offset one after another, in speedate's order, on which it depends what an error says.
struct LaxMomentReader {
  private var rest: ArraySlice<UInt8>
  /// With one leap year among them.
  private static let daysOfFourYears: Int32 = 1461

  init(_ text: String) {
    rest = Array(text.utf8)[...]
  }

  mutating func moment() throws(LaxMoment.Flaw) -> LaxMoment {
    let day = try date()
    if rest.isEmpty { return LaxMoment(day: day) }
    guard take("T") || take("t") || take("_") || take(" ") else { throw .separator }
    let time = try self.time()
    return LaxMoment(day: day, time: time, offset: try offset())
  }

  mutating func date() throws(LaxMoment.Flaw) -> Day {
    guard rest.count >= 10 else { throw .tooShort }
    let year = try number(4, else: .year)
    guard take("-") else { throw .dateSeparator }
    let month = try number(2, else: .month)
    guard take("-") else { throw .dateSeparator }
    let day = try number(2, else: .day)
    guard 1...12 ~= month else { throw .monthRange }
    // Year 0 has the months of any other leap year.
    guard let date = Day(year: year == 0 ? 4 : year, month: month, day: day) else { throw .dayRange }
    return year == 0 ? Day(daysSince1970: date.daysSince1970 - Self.daysOfFourYears) : date
  }

  private mutating func time() throws(LaxMoment.Flaw) -> Int64 {
    guard rest.count >= 5 else { throw .tooShort }
    let hour = try number(2, else: .hour)
    guard take(":") else { throw .timeSeparator }
    let minute = try number(2, else: .minute)
    guard hour < 24 else { throw .hourRange }
    guard minute < 60 else { throw .minuteRange }
    let minutes = Int64(hour * 60 + minute) * 60_000_000
    guard take(":") else { return minutes }
    let second = try number(2, else: .second)
    guard second < 60 else { throw .secondRange }
    return minutes + Int64(second) * 1_000_000 + (try fraction())
  }

  /// Digits beyond the sixth are cut.
  private mutating func fraction() throws(LaxMoment.Flaw) -> Int64 {
    guard take(".") || take(",") else { return 0 }
    let digits = rest.prefix(while: \.isDigit)
    guard !digits.isEmpty else { throw .fraction }
    rest = rest.dropFirst(digits.count)
    let six = Array(digits.prefix(6)) + [UInt8](repeating: 0x30, count: max(0, 6 - digits.count))
    return six.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
  }

  /// To the end of the text.
  private mutating func offset() throws(LaxMoment.Flaw) -> Int64? {
    if rest.isEmpty { return nil }
    var offset: Int64 = 0
    if !take("Z"), !take("z") {
      let isNegative = takeMinus()
      guard isNegative || take("+") else { throw .zoneSign }
      let hours = try number(2, else: .zoneHour)
      _ = take(":")
      let minutes = try number(2, else: .zoneMinute)
      guard minutes < 60 else { throw .zoneMinuteRange }
      guard hours < 24 else { throw .zoneRange }
      offset = Int64((isNegative ? -1 : 1) * (hours * 60 + minutes)) * 60_000_000
    }
    guard rest.isEmpty else { throw .extraCharacters }
    return offset
  }

  /// A hyphen, or the sign that is a minus and nothing else (U+2212).
  private mutating func takeMinus() -> Bool {
    if take("-") { return true }
    guard rest.starts(with: "\u{2212}".utf8) else { return false }
    rest = rest.dropFirst(3)
    return true
  }

  private mutating func take(_ character: Unicode.Scalar) -> Bool {
    guard rest.first == UInt8(ascii: character) else { return false }
    rest = rest.dropFirst()
    return true
  }

  private mutating func number(_ width: Int, else flaw: LaxMoment.Flaw) throws(LaxMoment.Flaw) -> Int {
    let digits = rest.prefix(width)
    guard digits.count == width, digits.allSatisfy(\.isDigit) else { throw flaw }
    rest = rest.dropFirst(width)
    return digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
  }
}
