import EventLoop
import Gateway
@testable import Metrics
import Testing

@testable import roster

struct OverviewTests {
  private func snapshot(_ requests: UInt64) -> Snapshot {
    var snapshot = Snapshot()
    let pool = MetricDescription(
      MetricName.databaseConnections, "", .gauge, .live, labels: [.init("state", "used")])
    snapshot.others = [
      MetricArea.Reading(
        MetricDescription(RequestMeter.duration, "", .histogram, .sum, bounds: [5]), [requests, 0, 1]),
      MetricArea.Reading(MetricDescription(RequestMeter.active, "", .gauge, .live), [14]),
      MetricArea.Reading(pool, [8]),
      MetricArea.Reading(MetricDescription(MetricName.databaseLimit, "", .gauge, .live), [16]),
    ]
    return snapshot
  }

  @Test func `the line for systemctl status has a rate from the second time on`() {
    var line = ServiceLine()
    let rest = "8 of 16 connections to the database in use, 0 statements wait"
    #expect(line.next(snapshot(100), at: MonotonicTime(nanoseconds: 0)) == "14 requests in flight, \(rest)")
    let later = line.next(snapshot(12_440), at: MonotonicTime(nanoseconds: 10_000_000_000))
    #expect(later == "14 requests in flight, 1234 requests/s, \(rest)")
  }

  @Test func `numbers of a process that is ill are no reason to end`() {
    var line = ServiceLine()
    for (index, count) in [0, UInt64.max, 0, UInt64(Int64.max)].enumerated() {
      _ = line.next(snapshot(count), at: MonotonicTime(nanoseconds: Int64(index)))
    }
    #expect(line.next(snapshot(0), at: MonotonicTime(nanoseconds: 0)).hasPrefix("14 requests in flight, "))
  }
}
