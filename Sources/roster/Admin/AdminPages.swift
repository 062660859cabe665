internal import EventLoop
internal import Metrics
internal import WebAPI

/// What can be asked on the sockets of --admin.
struct AdminPages {
  private let snapshot: @LoopActor () -> Snapshot
  private let queue: (String) -> Int?

  /// Pages of what `snapshot` returns at the time; `queue` of a socket's address how many connections wait there, which is looked up for
  /// who asks for figures.
  init(queue: @escaping (String) -> Int? = ListenQueue.depth, _ snapshot: @escaping @LoopActor () -> Snapshot) {
    (self.queue, self.snapshot) = (queue, snapshot)
  }

  /// The answer to a request; `time` is Unix time in seconds.
  @LoopActor func response(to request: Request, at now: MonotonicTime, time: Int) -> Response {
    let page: (Snapshot) -> Response
    switch request.path {
    case "/metrics": page = { metrics($0.with(queues: queue), accept: request.header("Accept")) }
    case "/status": page = { status(StatusReport($0.with(queues: queue), at: now, time: time), request) }
    case "/livez": page = { check($0.workers.contains { $0.isAtWork(at: now) }) }
    case "/readyz":
      page = { check($0.workers.contains { $0.isAtWork(at: now) && $0.sum(MetricName.databaseUp) > 0 }) }
    default: return HTTPError(404, "Not Found").response
    }
    guard ["GET", "HEAD"].contains(request.method) else {
      return HTTPError(405, "Method Not Allowed", headers: ["Allow": "GET, HEAD"]).response
    }
    return page(snapshot())
  }

  private func metrics(_ snapshot: Snapshot, accept: String?) -> Response {
    let format = Exposition(accept: accept)
    return text(format.text(snapshot.families), format.contentType)
  }

  /// JSON, unless somebody asks for text: by `?text`, as of php-fpm it is `?json`, or by Accept.
  private func status(_ report: StatusReport, _ request: Request) -> Response {
    let wantsText = request.query == "text" || request.header("Accept")?.lowercased().hasPrefix("text/plain") == true
    return wantsText ? text(report.text, "text/plain; charset=utf-8") : text(report.json.text, "application/json")
  }

  private func check(_ isWell: Bool) -> Response {
    isWell ? text(#"{"status":"ok"}"#, "application/json") : HTTPError(503, "Service Unavailable").response
  }

  private func text(_ text: String, _ type: String) -> Response {
    Response(
      status: 200, headers: [("Content-Type", type), ("Cache-Control", "no-store")], body: Array(text.utf8))
  }
}
