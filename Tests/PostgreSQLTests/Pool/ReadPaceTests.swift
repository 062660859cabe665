import Testing

@testable import PostgreSQL

struct ReadPaceTests {
  @Test func `many rows take long, before anything is known of the statement`() {
    let pace = ReadPace()
    #expect(!pace.isSlow(rows: 0))
    #expect(!pace.isSlow(rows: 50_000))
    #expect(pace.isSlow(rows: 50_001))
    #expect(pace.isSlow(rows: .max))
  }

  @Test func `what a row took decides, but not one delay`() {
    var pace = ReadPace()
    pace.note(rows: 10, took: .seconds(1))
    #expect(!pace.isSlow(rows: 40_000))
    for _ in 0..<50 { pace.note(rows: 10_000, took: .milliseconds(10)) }
    #expect(pace.isSlow(rows: 6000))
    #expect(!pace.isSlow(rows: 4000))
    for _ in 0..<100 { pace.note(rows: 1_000_000, took: .milliseconds(50)) }
    #expect(!pace.isSlow(rows: 60_000))
  }

  @Test func `a statement of which nothing is known is slow once it has been for a while`() {
    var pace = ReadPace()
    pace.note(rows: nil, took: .milliseconds(30))
    #expect(!pace.isSlow(rows: nil))
    for _ in 0..<10 { pace.note(rows: nil, took: .milliseconds(30)) }
    #expect(pace.isSlow(rows: nil))
    for _ in 0..<30 { pace.note(rows: nil, took: .milliseconds(1)) }
    #expect(!pace.isSlow(rows: nil))
    pace.note(rows: nil, took: .seconds(1 << 40))
  }
}
