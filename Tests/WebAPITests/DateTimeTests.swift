import Testing

@testable import WebAPI

struct DateTimeTests {
  private func written(_ moment: DateTime) -> String {
    var writer = JSONWriter()
    moment.write(to: &writer)
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  @Test(arguments: [
    (0, "1970-01-01T00:00:00Z"), (1, "1970-01-01T00:00:00.000001Z"), (-1, "1969-12-31T23:59:59.999999Z"),
    (1_795_336_440_123_456, "2026-11-22T08:34:00.123456Z"), (951_782_400_000_000, "2000-02-29T00:00:00Z"),
    (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"), (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
    (4_107_542_400_500_000, "2100-03-01T00:00:00.500000Z"),
  ])
  func `a moment is written as pydantic writes it, and read back`(microseconds: Int64, text: String) {
    #expect(written(DateTime(microseconds: microseconds)) == "\"\(text)\"")
    #expect(DateTime(text)?.microseconds == microseconds)
  }

  @Test func `infinity is held within the years that can be written`() {
    #expect(written(DateTime(microseconds: .max)) == "\"9999-12-31T23:59:59.999999Z\"")
    #expect(written(DateTime(microseconds: .min)) == "\"0001-01-01T00:00:00Z\"")
  }

  @Test func `an offset is subtracted`() {
    #expect(DateTime("1970-01-01 02:00:00.5+02:00")?.microseconds == 500_000)
    #expect(DateTime("1969-12-31T22:30:00-01:30")?.microseconds == 0)
  }

  @Test(arguments: [
    "", "1970-01-01", "1970-02-30T00:00:00Z", "1970-13-01T00:00:00Z", "1970-01-01T24:00:00Z", "1970-01-01T00:00:00",
    "1970-01-01T00:00:00.Z", "1970-01-01T00:00:00Zx", "0000-01-01T00:00:00Z", "1970-01-01T00:00:00+25:00",
    "2100-02-29T00:00:00Z",
  ])
  func `what is no moment is none`(text: String) {
    #expect(DateTime(text) == nil)
  }
}
