import Resources
import Testing

/// How the values of Documentation/resources.md are made by hand.
struct ValuesTests {
  @Test func `values are made of parts and of texts`() {
    let day = Day(year: 2026, month: 11, day: 27) ?? Day(daysSince1970: 0)
    #expect(day.date == (2026, 11, 27))
    #expect(Day("2026-11-27") == day)
    #expect(Timestamp("2026-11-27T08:00:00Z") == Timestamp(day, microseconds: 8 * 3_600_000_000))
    #expect(Timestamp(microseconds: 0).description == "1970-01-01T00:00:00Z")
    #expect(Decimal("12.50").map { $0 > 12 } == true)
    #expect(UUID("00000000-0000-0000-0000-000000000001") == UUID(high: 0, low: 1))
    #expect(UUID.random() != UUID.random())
  }
}
