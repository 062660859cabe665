import Scalars
import Testing

struct TimestampTests {
  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000001Z"), (-1, "1969-12-31T23:59:59.999999Z"),
    (1_795_336_440_123_456, "2026-11-22T08:34:00.123456Z"), (951_782_400_000_000, "2000-02-29T00:00:00Z"),
    (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    (4_107_542_400_500_000, "2100-03-01T00:00:00.500000Z"),
  ])
  func `a moment is written as pydantic writes it, and read back`(microseconds: Int64, text: String) {
    #expect(Timestamp(microseconds: microseconds).description == text)
    #expect(Timestamp(text)?.microseconds == microseconds)
  }

  @Test func `infinity is held within the years that can be written`() {
    #expect(Timestamp.infinity.description == "9999-12-31T23:59:59.999999Z")
    #expect(Timestamp.negativeInfinity.description == "0001-01-01T00:00:00Z")
  }

  @Test func `an offset is subtracted`() {
    #expect(Timestamp("1970-01-01 02:00:00.5+02:00")?.microseconds == 500_000)
    #expect(Timestamp("1969-12-31T22:30:00-01:30")?.microseconds == 0)
  }

  @Test(arguments: [
    "", "1970-01-01", "1970-02-30T00:00:00Z", "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:00:00",
    "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00Zx", "0000-01-01T00:00:00Z", "1970-01-01T00:00:00+25:00",
    "2100-02-29T00:00:00Z",
  ])
  func `what is no moment is none`(text: String) {
    #expect(Timestamp(text) == nil)
  }

  @Test func `any moment is read back from its text`() {
    var generator = SystemRandomNumberGenerator()
    for _ in 0..<1000 {
      let moment = Timestamp(
        microseconds: .random(in: -62_135_596_800_000_000...253_402_300_799_999_999, using: &generator))
      #expect(Timestamp(moment.description) == moment)
    }
  }

  @Test func `a day begins it, and what no day reaches is infinite`() {
    #expect(Day("2026-11-22").map { Timestamp($0) } == Timestamp("2026-11-22T00:00:00Z"))
    #expect(Timestamp(.infinity) == Timestamp(.infinity, microseconds: 0))
    #expect(Timestamp(Day(daysSince1970: .max), microseconds: .max) == .infinity)
    #expect(Timestamp(Day(daysSince1970: .min), microseconds: .min) == .negativeInfinity)
  }
}
