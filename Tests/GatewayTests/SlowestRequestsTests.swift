import EventLoop
import Testing
import WebAPI

@testable import Gateway

struct SlowestRequestsTests {
  private func entry(
    _ milliseconds: Int64, at second: Int64 = 0, _ target: String = "/users/7?a=b"
  ) -> SlowestRequests.Entry {
    SlowestRequests.Entry(
      Request(method: "GET", target: target), Response(status: 200), nanoseconds: milliseconds * 1_000_000,
      at: MonotonicTime(nanoseconds: second * 1_000_000_000))
  }

  @Test func `the slowest are kept in order, and what is not slower than those is told by the limit`() {
    var slowest = SlowestRequests()
    #expect(slowest.limit < 0)
    for time: Int64 in [3, 9, 1, 7, 5, 8, 2] where time * 1_000_000 > slowest.limit { slowest.add(entry(time)) }
    #expect(slowest.entries.map { $0.nanoseconds / 1_000_000 } == [9, 8, 7, 5, 3])
    #expect(slowest.limit == 3_000_000)
  }

  @Test func `one is forgotten ten seconds after its end, and makes room`() {
    var slowest = SlowestRequests()
    for second: Int64 in 0..<5 { slowest.add(entry(5 - second, at: second)) }
    slowest.forget(at: MonotonicTime(nanoseconds: 9_999_999_999))
    #expect(slowest.entries.count == 5)
    slowest.forget(at: MonotonicTime(nanoseconds: 11_000_000_000))
    #expect(slowest.entries.map { $0.nanoseconds / 1_000_000 } == [3, 2, 1])
    #expect(slowest.limit < 0)
  }

  @Test func `a note has what a request was, without its query, and never is longer than its room`() throws {
    var slowest = SlowestRequests()
    slowest.add(entry(1500, at: 3))
    #expect(
      slowest.json == [
        [
          "request method": "GET", "request uri": "/users/7", "status": 200, "request duration": 1_500_000,
          "ended": 3_000_000,
        ]
      ])
    for _ in 0..<5 { slowest.add(entry(.max / 1_000_000, "/" + String(repeating: "%22\u{1F642}", count: 4000))) }
    #expect(slowest.json.text.utf8.count < 2048)
  }
}
