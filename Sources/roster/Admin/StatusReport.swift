internal import EventLoop
internal import Gateway
internal import Glibc
internal import Metrics
internal import WebAPI

/// How a service does, for a person or a script: the fields that php-fpm's status page has, by its names, and what it has not.
struct StatusReport {
  /// What is said of the whole, in order.
  private let fields: [(name: String, value: JSONValue)]
  /// What is said of each worker, in order.
  private let workers: [[(name: String, value: JSONValue)]]
  /// What is said of each of the slowest requests, in order.
  private let slowest: [[(name: String, value: JSONValue)]]

  /// `time` is Unix time in seconds.
  init(_ snapshot: Snapshot, at now: MonotonicTime, time: Int) {
    let workers = snapshot.workers
    let active = workers.count { $0.sum(RequestMeter.active) > 0 }
    let started = snapshot.sum(MetricName.started)
    let queue: [(name: String, value: JSONValue)] = [
      ("listen queue", MetricName.listenQueue), ("listen queue len", MetricName.listenQueueLimit),
    ].filter { snapshot.has($1) }.map { ($0, JSONValue.integer(snapshot.sum($1))) }
    let whole: [(name: String, value: JSONValue)] = [
      ("pool", "roster"), ("process manager", "static"), ("start time", .integer(started)),
      ("start since", .integer(Self.age(started, time))),
      ("accepted conn", .integer(snapshot.sum(MetricName.accepted))),
    ]
    let rest: [(name: String, value: JSONValue)] = [
      ("idle processes", .integer(workers.count - active)), ("active processes", .integer(active)),
      ("total processes", .integer(workers.count)),
      ("processes at work", .integer(workers.count { $0.isAtWork(at: now) })),
      ("requests", .integer(snapshot.requests)), ("active requests", .integer(snapshot.active)),
      ("aborted requests", .integer(snapshot.sum(MetricName.aborted))),
      ("refused requests", .integer(snapshot.sum(MetricName.refused))),
      ("connections", .integer(snapshot.sum(MetricName.connections))),
      ("database connections used", .integer(snapshot.databaseUsed)),
      ("database connections idle", .integer(snapshot.databaseIdle)),
      ("database connections limit", .integer(snapshot.databaseLimit)),
      ("database statements waiting", .integer(snapshot.databasePending)),
      ("database timeouts", .integer(snapshot.sum(MetricName.databaseTimeouts))),
      ("dropped log lines", .integer(snapshot.sum(MetricName.droppedLines))),
      ("worker restarts", .integer(snapshot.sum(MetricName.restarts))),
      ("reloads done", .integer(snapshot.sum(MetricName.reloads, where: .init("result", "done")))),
      ("reloads given up", .integer(snapshot.sum(MetricName.reloads, where: .init("result", "given_up")))),
    ]
    fields = whole + queue + rest
    self.workers = workers.map { Self.worker($0, at: now, time: time) }
    slowest = SlowestReport(workers, at: now).requests
  }

  private static func worker(
    _ worker: Snapshot.Process, at now: MonotonicTime, time: Int
  ) -> [(name: String, value: JSONValue)] {
    let isActive = worker.sum(RequestMeter.active) > 0
    let hasBegun = worker.owner.heartbeat != 0
    let state = !hasBegun ? "Starting" : !worker.isAtWork(at: now) ? "Silent" : isActive ? "Running" : "Idle"
    return [
      ("worker", .integer(worker.owner.place)), ("pid", .integer(Int(worker.owner.process))),
      ("generation", .integer(worker.owner.generation)), ("state", .string(state)),
      ("start since", .integer(age(worker.owner.started, time))),
      ("requests", .integer(worker.sum(RequestMeter.duration))),
      ("active requests", .integer(worker.sum(RequestMeter.active))),
      ("connections", .integer(worker.sum(MetricName.connections))),
      ("memory", .integer(worker.sum(MetricName.memory))),
      ("descriptors", .integer(worker.sum(MetricName.descriptors))),
    ]
  }

  private static func age(_ started: Int, _ time: Int) -> Int {
    max(0, time.subtractingReportingOverflow(started).partialValue)
  }

  // MARK: Forms

  var json: JSONValue {
    var all = Self.object(fields)
    all["processes"] = .array(workers.map { Self.object($0) })
    all["slowest requests"] = .array(slowest.map { Self.object($0) })
    return all
  }

  private static func object(_ fields: [(name: String, value: JSONValue)]) -> JSONValue {
    var object = JSONObject()
    for (name, value) in fields { object.set(name, value) }
    return .object(object)
  }

  /// A line a field, and tables of the workers and of the slowest requests.
  var text: String {
    let width = (fields.map(\.name.count).max() ?? 0) + 2
    let lines = fields.map { "\(TextTable.padded("\($0.name):", width))\(Self.word($0.value))" }
    return (lines + Self.table(workers) + Self.table(slowest)).joined(separator: "\n") + "\n"
  }

  private static func table(_ rows: [[(name: String, value: JSONValue)]]) -> [String] {
    guard let first = rows.first else { return [] }
    return [""] + TextTable.lines([first.map(\.name)] + rows.map { $0.map { Self.word($0.value) } })
  }

  private static func word(_ value: JSONValue) -> String {
    if case .string(let text) = value { text } else { value.text }
  }
}
