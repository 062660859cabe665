import EventLoop
import Testing

@testable import roster

struct TopReadingTests {
  private let route = TopReading.Route(method: "POST", path: "/users/")

  @Test func `it has the workers, and how long the requests of each route took`() throws {
    let reading = try TopReadings(second: 1, requests: (7, 8), counts: (10, 4)).reading()
    #expect(reading.workers.map(\.process) == [101, 102])
    #expect(reading.workers.map(\.generation) == [3, 3])
    #expect(reading.workers.map(\.state) == ["Running", "Idle"])
    #expect(reading.count("requests") == 15)
    #expect(reading.routes.count == 2)
    #expect(reading.routes[route]?.latency.buckets == [0.001: 0, 0.25: 4, .infinity: 0])
    #expect(reading.routes[route]?.failed == 4)
    #expect(reading.databaseWait.quantile(1) == .seconds(0.001))
    #expect(reading.statements.quantile(1) == .seconds(0.25))
  }

  @Test func `a field that is not there, or no count, is none`() throws {
    let reading = try #require(parsed(#"{"requests":-5,"connections":1e99,"start time":"x","processes":[7]}"#))
    for field in ["requests", "connections", "start time", "missing"] { #expect(reading.count(field) == 0) }
    #expect(reading.countIfKnown("listen queue") == nil)
    #expect(reading.workers.map(\.process) == [0])
  }

  @Test(arguments: ["", "[]", "{}", "{\"processes\":7}", "404 Not Found"])
  func `what is no status of a service is none`(text: String) {
    #expect(parsed(text) == nil)
  }

  private func parsed(_ status: String) -> TopReading? {
    TopReading(status: Array(status.utf8), metrics: [], at: MonotonicTime(nanoseconds: 0))
  }
}
