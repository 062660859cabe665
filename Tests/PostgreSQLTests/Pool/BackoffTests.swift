import Testing

@testable import PostgreSQL

struct BackoffTests {
  @Test func `pauses grow to a bound below a second`() {
    var backoff = Backoff()
    let longest = (0..<8).map { _ in backoff.next { $0.upperBound } }
    #expect(longest.prefix(3) == [.milliseconds(50), .milliseconds(100), .milliseconds(200)])
    #expect(longest.last == .milliseconds(600))
    backoff.reset()
    #expect(backoff.next { $0.lowerBound } == .milliseconds(25))
  }
}
