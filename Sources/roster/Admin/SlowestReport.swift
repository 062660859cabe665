internal import EventLoop
internal import Gateway
internal import Metrics
internal import WebAPI

/// The slowest requests of all workers, the slowest first, for the status of the service.
struct SlowestReport {
  /// What a worker may say of one, in this order. The memory is the worker's, which may be ill.
  private static let names = ["request method", "request uri", "status", "request duration", "request id"]

  /// The fields of each.
  let requests: [[(name: String, value: JSONValue)]]

  init(_ workers: [Snapshot.Process], at now: MonotonicTime) {
    let all = workers.flatMap { worker in Self.requests(of: worker).map { (worker, $0) } }
    let slowest = all.sorted { $0.1.count("request duration") > $1.1.count("request duration") }
      .prefix(RequestMeter.slowestCount)
    requests = slowest.map { worker, request in
      let age = Int(now.nanoseconds / 1000) - request.count("ended")
      return Self.names.map { ($0, request[$0] ?? .string("-")) } + [
        ("worker", .integer(worker.owner.place)), ("ended since", .integer(max(0, age / 1_000_000))),
      ]
    }
  }

  private static func requests(of worker: Snapshot.Process) -> [JSONValue] {
    guard let text = worker.slowest, case .array(let requests)? = try? JSONParser.parse(Array(text.utf8)) else {
      return []
    }
    return Array(requests.prefix(RequestMeter.slowestCount))
  }
}
