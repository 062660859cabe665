import EventLoop
@testable import Metrics
import Testing
import WebAPI

@testable import roster

struct SlowestReportTests {
  private func worker(_ place: Int, _ slowest: String?) -> Snapshot.Process {
    Snapshot.Process(
      MetricArea.Owner(process: 100, place: place, generation: 1, started: 0, heartbeat: 1), [], slowest: slowest)
  }

  private func report(_ workers: [Snapshot.Process]) -> [[String: JSONValue]] {
    SlowestReport(workers, at: MonotonicTime(nanoseconds: 10_000_000_000)).requests.map {
      Dictionary($0.map { ($0.name, $0.value) }) { first, _ in first }
    }
  }

  @Test func `those of all workers stand in one order, with their worker and their age`() {
    let first = """
      [{"request method":"GET","request uri":"/a","status":200,"request duration":9,"request id":"x","ended":4000000},
       {"request method":"GET","request uri":"/b","status":200,"request duration":5,"ended":9999999}]
      """
    let second = #"[{"request method":"PUT","request uri":"/c","status":422,"request duration":7,"ended":99000000}]"#
    let requests = report([worker(1, first), worker(2, nil), worker(3, second)])
    #expect(requests.map { $0["request uri"] } == ["/a", "/c", "/b"])
    #expect(requests.map { $0["worker"] } == [1, 3, 1])
    #expect(requests.map { $0["ended since"] } == [6, 0, 0])
    #expect(requests.map { $0["request id"] } == ["x", "-", "-"])
  }

  @Test func `there are no more than one worker shows`() {
    let many = "[" + (1...9).map { #"{"request duration":\#($0)}"# }.joined(separator: ",") + "]"
    #expect(report([worker(1, many), worker(2, many)]).count == 5)
  }

  @Test(arguments: ["", "{", "{}", "[1,null]", #"[{"request duration":"x","ended":-9223372036854775808}]"#])
  func `whatever a worker that is ill says, there is a report`(_ note: String) {
    #expect(report([worker(1, note)]).count <= 2)
  }
}
