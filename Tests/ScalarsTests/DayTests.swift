import Scalars
import Testing

struct DayTests {
  @Test(arguments: [
    (0, "1970-01-01"), (-1, "1969-12-31"), (11_016, "2000-02-29"), (47_540, "2100-02-28"), (47_541, "2100-03-01"),
    (-719_162, "0001-01-01"), (2_932_896, "9999-12-31"),
  ])
  func `a day is written, and read back`(number: Int32, text: String) {
    #expect(Day(daysSince1970: number).description == text)
    #expect(Day(text)?.daysSince1970 == number)
  }

  @Test func `every day of eight hundred years follows the one before, and is read back`() {
    var last = (year: 1599, month: 12, day: 31)
    for number in Int32(-135_140)...157_053 {
      let day = Day(daysSince1970: number)
      let date = day.date
      let follows =
        date.day == last.day + 1 && date.month == last.month && date.year == last.year
        || date.day == 1
          && (date.month == last.month + 1 && date.year == last.year
            || date.month == 1 && last.month == 12 && date.year == last.year + 1)
      guard follows, Day(year: date.year, month: date.month, day: date.day) == day else {
        Issue.record("\(date) after \(last)")
        return
      }
      last = date
    }
    #expect(last == (2399, 12, 31))
  }

  @Test(arguments: [
    "", "2026-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "2026-1-1", "0000-01-01", "2026-01-01T", "20260101",
    "2100-02-29",
  ])
  func `what is no date is none`(text: String) {
    #expect(Day(text) == nil)
  }

  @Test func `no number is too large for the calendar`() {
    for year in [Int.min, -1, 0, 10_000, .max] { #expect(Day(year: year, month: 1, day: 1) == nil) }
    #expect(Day(year: 2026, month: .max, day: .max) == nil)
    #expect(Day.infinity.description == "9999-12-31")
    #expect(Day.negativeInfinity.description == "0001-01-01")
    #expect(Day.negativeInfinity < Day(daysSince1970: 0) && Day(daysSince1970: 0) < .infinity)
  }
}
