public import EventLoop
public import Metrics
public import WebAPI

/// Counts the requests that an API answers and how long that takes, by OpenTelemetry's names
/// (https://opentelemetry.io/docs/specs/semconv/http/http-metrics/): `http_server_request_duration_seconds` and
/// `http_server_active_requests`.
///
/// Whatever clients ask for, there are only so many figures: a route is an operation's path as it is declared, all other paths
/// are `unmatched`, a method that HTTP does not know is `_OTHER`.
///
/// The time of a request begins with the turn of the loop in which it is taken up, and ends when the beginning of its answer is made.
@LoopActor public final class RequestMeter {
  /// OpenTelemetry's, and three below for what takes less than its first.
  public static let bounds: [Duration] = [
    .microseconds(500), .milliseconds(1), .microseconds(2500), .milliseconds(5), .milliseconds(10), .milliseconds(25),
    .milliseconds(50), .milliseconds(75), .milliseconds(100), .milliseconds(250), .milliseconds(500),
    .milliseconds(750),
    .seconds(1), .milliseconds(2500), .seconds(5), .milliseconds(7500), .seconds(10),
  ]
  /// The name of the histogram.
  public nonisolated static let duration = "http_server_request_duration_seconds"
  /// The name of the gauge.
  public nonisolated static let active = "http_server_active_requests"
  /// The name of the note of the slowest requests of the last ten seconds: a JSON array of objects, the slowest first.
  public nonisolated static let slowest = "slowest requests"
  /// How many it has at most.
  public nonisolated static let slowestCount = SlowestRequests.count
  /// Five of them take less, whatever was asked.
  private static let longestNote = 4096
  /// What requests of one method have in common that one operation answers, or none.
  private struct Row {
    /// By status, of which there are a few.
    var histograms: [(status: Int, histogram: Histogram)] = []
  }

  private let registry: MetricRegistry
  private let active: Gauge
  private let note: Note
  private var slowest = SlowestRequests()
  private let operations: [Operation]
  /// A row for each operation, and behind those one for what HEAD asks of each.
  private var rows: [Row]
  /// By method.
  private var unmatched: [String: Row] = [:]

  /// A meter of what `api` answers.
  public init(_ api: API, _ registry: MetricRegistry) {
    self.registry = registry
    operations = api.operations
    rows = Array(repeating: Row(), count: operations.count * 2)
    active = registry.gauge(Self.active, "Requests that are being answered.")
    note = registry.note(Self.slowest, bytes: Self.longestNote)
  }

  /// A request is taken up.
  func begin() { active.add(1) }

  /// It has been answered, after so long.
  func end(_ request: WebAPI.Request, _ response: WebAPI.Response, nanoseconds: Int64) {
    active.add(-1)
    histogram(request, response).observe(nanoseconds: nanoseconds)
    guard nanoseconds > slowest.limit, response.operation?.isHealthCheck != true else { return }
    slowest.add(.init(request, response, nanoseconds: nanoseconds, at: EventLoop.main.now))
  }

  /// Shows which requests have been the slowest; to be called each second or so.
  public func look(at now: MonotonicTime) {
    slowest.forget(at: now)
    note.set(slowest.json.text)
  }

  private func histogram(_ request: WebAPI.Request, _ response: WebAPI.Response) -> Histogram {
    guard let index = operations.firstIndex(where: { $0 === response.operation }) else {
      return unmatched(request.method, response.status)
    }
    let isHead = request.method == "HEAD"
    let row = isHead ? index + operations.count : index
    for entry in rows[row].histograms where entry.status == response.status { return entry.histogram }
    let operation = operations[index]
    let histogram = declare(isHead ? "HEAD" : operation.method.rawValue, operation.path, response.status)
    rows[row].histograms.append((response.status, histogram))
    return histogram
  }

  private func unmatched(_ method: String, _ status: Int) -> Histogram {
    let method = RequestKind.method(method)
    for entry in unmatched[method, default: Row()].histograms where entry.status == status { return entry.histogram }
    let histogram = declare(method, RequestKind.unmatched, status)
    unmatched[method, default: Row()].histograms.append((status, histogram))
    return histogram
  }

  private func declare(_ method: String, _ route: String, _ status: Int) -> Histogram {
    registry.histogram(
      Self.duration, "How long requests take, from when they are taken up to the beginning of their answers.",
      labels: [
        .init("http_request_method", method), .init("http_route", route),
        .init("http_response_status_code", "\(status)"),
      ], bounds: Self.bounds)
  }
}
