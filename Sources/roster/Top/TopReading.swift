internal import EventLoop
internal import Gateway
internal import Metrics
internal import WebAPI

/// What a service said of itself at one moment: /status and /metrics.
struct TopReading {
  /// What is known of a worker.
  struct Worker {
    let place, process, generation, age, requests, active, connections, memory: Int
    let state: String

    init(_ fields: JSONValue) {
      (place, process, generation) = (fields.count("worker"), fields.count("pid"), fields.count("generation"))
      (age, requests) = (fields.count("start since"), fields.count("requests"))
      (active, connections) = (fields.count("active requests"), fields.count("connections"))
      memory = fields.count("memory")
      state = fields.text("state")
    }
  }

  /// What is known of one of the slowest requests.
  struct Slow {
    let method, path, id: String
    let status, microseconds, worker, age: Int

    init(_ fields: JSONValue) {
      (method, path, id) = (fields.text("request method"), fields.text("request uri"), fields.text("request id"))
      (status, microseconds) = (fields.count("status"), fields.count("request duration"))
      (worker, age) = (fields.count("worker"), fields.count("ended since"))
    }
  }

  /// What requests ask for.
  struct Route: Hashable {
    let method: String
    let path: String
  }

  /// What became of those of one route.
  struct Traffic {
    var latency = Latency()
    /// Those that the service has failed at: 500 and above.
    var failed = 0.0

    /// What has come since an earlier reading.
    func since(_ earlier: Traffic?) -> Traffic {
      Traffic(latency: latency.since(earlier?.latency), failed: max(0, failed - (earlier?.failed ?? 0)))
    }
  }

  let time: MonotonicTime
  let workers: [Worker]
  /// The slowest first.
  let slowest: [Slow]
  private let status: JSONValue
  private(set) var routes: [Route: Traffic] = [:]
  private(set) var databaseWait = Latency()
  private(set) var statements = Latency()

  /// Nil where what came is no status of a service.
  init?(status: [UInt8], metrics: [UInt8], at time: MonotonicTime) {
    guard let status = try? JSONParser.parse(status), case .array(let workers)? = status["processes"] else {
      return nil
    }
    (self.time, self.status, self.workers) = (time, status, workers.map(Worker.init))
    slowest = if case .array(let requests)? = status["slowest requests"] { requests.map(Slow.init) } else { [] }
    var series = Series()
    for sample in MetricSample.all(String(decoding: metrics, as: UTF8.self)) where sample.value.isFinite {
      switch sample.name {
      case RequestMeter.duration + "_bucket": count(sample, series.next(sample))
      case MetricName.databaseWait + "_bucket": Self.add(series.next(sample), to: &databaseWait)
      case MetricName.statementDuration + "_bucket": Self.add(series.next(sample), to: &statements)
      default: break
      }
    }
  }

  /// A number of /status; 0 where it has none of the name.
  func count(_ field: String) -> Int { status.count(field) }

  /// Nil where it has none of the name.
  func countIfKnown(_ field: String) -> Int? { status[field] == nil ? nil : status.count(field) }

  private mutating func count(_ sample: MetricSample, _ bucket: Series.Bucket?) {
    guard let bucket else { return }
    let route = Route(method: sample["http_request_method"] ?? "", path: sample["http_route"] ?? "")
    routes[route, default: Traffic()].latency.add(bucket.count, upTo: bucket.bound)
    if sample["http_response_status_code"]?.hasPrefix("5") == true {
      routes[route, default: Traffic()].failed += bucket.count
    }
  }

  private static func add(_ bucket: Series.Bucket?, to latency: inout Latency) {
    if let bucket { latency.add(bucket.count, upTo: bucket.bound) }
  }
}

/// Buckets of one histogram after the other, each of which counts those before it too.
private struct Series {
  struct Bucket {
    let bound, count: Double
  }

  private var labels: [MetricDescription.Label] = []
  private var name = ""
  private var below = 0.0

  /// What is in this bucket alone; nil where it has no bound.
  mutating func next(_ sample: MetricSample) -> Bucket? {
    guard let bound = sample["le"].flatMap(Double.init) else { return nil }
    let labels = sample.labels.filter { $0.name != "le" }
    if (name, labels) != (sample.name, self.labels) { (name, self.labels, below) = (sample.name, labels, 0) }
    defer { below = sample.value }
    return Bucket(bound: bound, count: max(0, sample.value - below))
  }
}

extension JSONValue {
  /// A number that is not negative, and small enough to be reckoned with; else 0.
  func count(_ field: String) -> Int {
    if case .integer(let number)? = self[field], number > 0, number < 1 << 53 { number } else { 0 }
  }

  fileprivate func text(_ field: String) -> String {
    if case .string(let text)? = self[field] { text } else { "" }
  }
}
