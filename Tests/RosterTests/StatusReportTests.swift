import EventLoop
import Gateway
@testable import Metrics
import Testing
import WebAPI

@testable import roster

struct StatusReportTests {
  private func process(place: Int, beat: Int64, active: UInt64) -> Snapshot.Process {
    let owner = MetricArea.Owner(
      process: 100 + Int32(place), place: place, generation: 7, started: 1000, heartbeat: beat)
    let figures: [(String, UInt64)] = [
      (RequestMeter.active, active), (MetricName.connections, 4), (MetricName.memory, 8_388_608),
    ]
    return Snapshot.Process(
      owner,
      figures.map { MetricArea.Reading(MetricDescription($0.0, "", .gauge, .live), [$0.1]) } + [
        MetricArea.Reading(
          MetricDescription(RequestMeter.duration, "", .histogram, .sum, bounds: [5]), [2, 1, 999])
      ])
  }

  private var report: StatusReport {
    var snapshot = Snapshot()
    snapshot.processes = [
      process(place: 2, beat: 1, active: 1), process(place: 1, beat: 9_000_000_000, active: 2),
      process(place: 3, beat: 9_000_000_000, active: 0), process(place: 0, beat: 9_000_000_000, active: 0),
    ]
    snapshot.others = [MetricArea.Reading(MetricDescription(MetricName.started, "", .gauge, .live), [900])]
    return StatusReport(snapshot, at: MonotonicTime(nanoseconds: 10_000_000_000), time: 1060)
  }

  @Test func `as JSON with php-fpm's names`() {
    let json = report.json
    #expect(json["pool"] == "roster")
    #expect(json["start since"] == 160)
    #expect(json["total processes"] == 3)
    #expect(json["active processes"] == 2)
    #expect(json["processes at work"] == 2)
    #expect(json["active requests"] == 3)
    guard case .array(let processes)? = json["processes"] else {
      Issue.record("there are no processes")
      return
    }
    #expect(processes.map { $0["worker"] } == [1, 2, 3])
    #expect(processes.map { $0["state"] } == ["Running", "Silent", "Idle"])
    #expect(processes.map { $0["requests"] } == [3, 3, 3])
    #expect(processes.map { $0["start since"] } == [60, 60, 60])
  }

  @Test func `as text with a table of the workers`() {
    let lines = report.text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "pool:                        roster")
    #expect(
      lines.suffix(5) == [
        "worker  pid  generation  state    start since  requests  active requests  connections  memory   descriptors",
        "1       101  7           Running  60           3         2                4            8388608  0",
        "2       102  7           Silent   60           3         1                4            8388608  0",
        "3       103  7           Idle     60           3         0                4            8388608  0", "",
      ])
  }

  @Test func `nobody there is nobody`() {
    let report = StatusReport(Snapshot(), at: .now(), time: 0)
    #expect(report.json["total processes"] == 0)
    #expect(report.text.hasSuffix("given up:            0\n"))
  }
}
