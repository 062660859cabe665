import Testing

@testable import PostgreSQL

struct TimestampTests {
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

struct UUIDTests {
  @Test func `text and bytes are the same identifier`() {
    let text = "0123456f-89ab-4cde-8f01-23456789abcd"
    #expect(UUID(text)?.description == text)
    #expect(UUID(text.uppercased()) == UUID(text))
    #expect(UUID(text)?.high == 0x0123_456F_89AB_4CDE)
  }

  @Test(arguments: [
    "", "0123456f-89ab-4cde-8f01-23456789abc", "0123456f089ab-4cde-8f01-23456789abcd",
    "0123456f-89ab-4cde-8f01-23456789abcg",
  ])
  func `anything else is nothing`(text: String) {
    #expect(UUID(text) == nil)
  }

  @Test func `a random one says so`() {
    let uuid = UUID.random()
    #expect(uuid.description.dropFirst(14).first == "4")
    #expect(uuid != UUID.random())
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
