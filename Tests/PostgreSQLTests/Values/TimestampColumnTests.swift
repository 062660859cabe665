import Testing

@testable import PostgreSQL

struct TimestampColumnTests {
  @Test func `the server's count begins 30 years later`() {
    #expect(Timestamp(sinceYear2000: 0).microseconds == 946_684_800_000_000)
    #expect(Timestamp(microseconds: 0).sinceYear2000 == -946_684_800_000_000)
  }

  @Test func `infinities are kept, and order stays`() {
    #expect(Timestamp(sinceYear2000: .max) == .infinity)
    #expect(Timestamp(sinceYear2000: .min) == .negativeInfinity)
    #expect(Timestamp.infinity.sinceYear2000 == .max)
    #expect(Timestamp.negativeInfinity.sinceYear2000 == .min)
    #expect(Timestamp.negativeInfinity < Timestamp(microseconds: 0))
    #expect(!Timestamp.infinity.isFinite)
  }

  @Test func `what the server cannot hold becomes infinite instead of wrapping`() {
    #expect(Timestamp(sinceYear2000: .max - 1) == .infinity)
    #expect(Timestamp(microseconds: .min + 1).sinceYear2000 == .min)
  }
}

struct SQLStateTests {
  @Test func `a pattern of a class matches all of the class, a code only itself`() {
    func matches(_ pattern: SQLState, _ state: SQLState) -> Bool { pattern ~= state }
    #expect(matches(.integrityConstraintViolation, .uniqueViolation))
    #expect(matches(.uniqueViolation, .uniqueViolation))
    #expect(!matches(.uniqueViolation, .notNullViolation))
    #expect(!matches(.integrityConstraintViolation, .queryCanceled))
  }
}
