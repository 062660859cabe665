import EventLoop
@testable import Metrics
import TestSupport
import Testing
import WebAPI

@testable import roster

struct AdminPagesTests {
  private let now = MonotonicTime(nanoseconds: 60_000_000_000)

  /// A worker that was last at work so long ago, with a database or without.
  private func worker(_ age: Duration, database: UInt64) -> Snapshot.Process {
    let beat = (now - MonotonicTime(nanoseconds: 0) - age).nanoseconds
    return Snapshot.Process(
      MetricArea.Owner(process: 1, place: 1, generation: 1, started: 0, heartbeat: beat),
      [MetricArea.Reading(MetricDescription(MetricName.databaseUp, "Up.", .gauge, .live), [database])])
  }

  private func answer(
    _ method: String, _ target: String, _ workers: [Snapshot.Process] = [], accept: String? = nil,
    sockets: [String] = []
  ) async throws -> Response {
    var snapshot = Snapshot()
    snapshot.processes = workers
    snapshot.others = sockets.flatMap { socket in
      [MetricName.sockets, MetricName.listenQueueLimit].map { name in
        MetricArea.Reading(MetricDescription(name, "", .gauge, .live, labels: [.init("socket", socket)]), [4])
      }
    }
    let request = Request(method: method, target: target, headers: accept.map { [("Accept", $0)] } ?? [])
    return try await onLoop { [now, snapshot] in
      AdminPages(queue: { $0 == "unix:/there" ? 3 : nil }) { snapshot }.response(to: request, at: now, time: 0)
    }
  }

  @Test(arguments: [
    ("/livez", Duration.zero, 0, 200), ("/livez", .seconds(2), 0, 200), ("/livez", .seconds(5), 1, 503),
    ("/readyz", .zero, 1, 200), ("/readyz", .zero, 0, 503), ("/readyz", .seconds(5), 1, 503),
  ])
  func `it lives while a worker is at work, and is ready while one of those has its database`(
    path: String, age: Duration, database: UInt64, status: Int
  ) async throws {
    #expect(try await answer("GET", path, [worker(age, database: database)]).status == status)
    #expect(try await answer("GET", path).status == 503)
  }

  @Test func `metrics come in the format that is asked for`() async throws {
    let worker = worker(.zero, database: 1)
    let plain = try await answer("GET", "/metrics", [worker])
    #expect(
      String(decoding: plain.body, as: UTF8.self)
        == "# HELP roster_db_up Up.\n# TYPE roster_db_up gauge\nroster_db_up 1\n")
    #expect(plain.headers.first?.value == "text/plain; version=0.0.4; charset=utf-8")
    let open = try await answer("GET", "/metrics", [worker], accept: "application/openmetrics-text;version=1.0.0")
    #expect(String(decoding: open.body, as: UTF8.self).hasSuffix("# EOF\n"))
  }

  @Test func `status is JSON unless text is asked for`() async throws {
    #expect(try await answer("GET", "/status").headers.first?.value == "application/json")
    #expect(try await answer("GET", "/status?text").headers.first?.value == "text/plain; charset=utf-8")
    #expect(
      try await answer("GET", "/status", accept: "text/plain").headers.first?.value == "text/plain; charset=utf-8")
  }

  @Test func `who asks for figures gets how many wait at each socket, where that can be known`() async throws {
    let sockets = ["unix:/there", "unix:/elsewhere"]
    let metrics = String(decoding: try await answer("GET", "/metrics", sockets: sockets).body, as: UTF8.self)
    #expect(metrics.contains("\nroster_listen_queue{socket=\"unix:/there\"} 3\n"))
    #expect(!metrics.contains("roster_listen_queue{socket=\"unix:/elsewhere\"}"))
    let status = String(decoding: try await answer("GET", "/status", sockets: sockets).body, as: UTF8.self)
    #expect(status.contains(#""listen queue":3,"listen queue len":8,"#))
    let other = try await answer("GET", "/status", sockets: ["unix:/elsewhere"])
    #expect(!String(decoding: other.body, as: UTF8.self).contains(#""listen queue":"#))
  }

  @Test func `nothing else is there, and nothing can be changed`() async throws {
    #expect(try await answer("GET", "/").status == 404)
    #expect(try await answer("HEAD", "/metrics").status == 200)
    #expect(try await answer("POST", "/metrics").status == 405)
    #expect(try await answer("DELETE", "/nothing").status == 404)
  }
}
