import EventLoop
import Testing

@testable import PostgreSQL

struct NoticeLimitTests {
  private let start = MonotonicTime(nanoseconds: 0)

  @Test func `ten are told in ten seconds, and after that how many were not`() {
    var limit = NoticeLimit()
    let told = (0..<25).map { limit.note(at: start + .milliseconds($0)) }
    #expect(told == Array(repeating: 0, count: 10) + Array(repeating: nil, count: 15))
    let later = [Duration.milliseconds(9999), .seconds(10), .seconds(11), .seconds(21)].map {
      limit.note(at: start + $0)
    }
    #expect(later == [nil, 16, 0, 0])
  }
}
