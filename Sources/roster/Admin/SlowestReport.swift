internal import EventLoop
internal import Metrics
internal import WebAPI

/// The slowest requests of all workers, the slowest first, for the status of the service.
struct SlowestReport {
  /// As many as one worker shows.
  private static let count = 5
  /// What a worker may say of one, in this order. The memory is the worker's, which may be ill.
  private static let names = ["request method", "request uri", "status", "request duration", "request id"]

  /// The fields of each.
  let requests: [[(name: String, value: JSONValue)]]

  init(_ workers: [Snapshot.Process], at now: MonotonicTime) {
    let all = workers.flatMap { worker in Self.requests(of: worker).map { (worker, $0) } }
    let slowest = all.sorted { Self.duration($0.1) > Self.duration($1.1) }.prefix(Self.count)
    requests = slowest.map { worker, request in
      let age = (now.nanoseconds / 1000).subtractingReportingOverflow(Int64(Self.number(request, "ended")))
        .partialValue
      return Self.names.map { ($0, request[$0] ?? .string("-")) } + [
        ("worker", .integer(worker.owner.place)), ("ended since", .integer(max(0, Int(age / 1_000_000)))),
      ]
    }
  }

  private static func requests(of worker: Snapshot.Process) -> [JSONValue] {
    guard let text = worker.slowest, case .array(let requests)? = try? JSONParser.parse(Array(text.utf8)) else {
      return []
    }
    return Array(requests.prefix(count))
  }

  private static func duration(_ request: JSONValue) -> Int { number(request, "request duration") }

  private static func number(_ request: JSONValue, _ name: String) -> Int {
    if case .integer(let number)? = request[name] { number } else { 0 }
  }
}
