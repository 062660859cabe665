internal import EventLoop

/// What `roster top` shows: two readings of a service, one after the other, as lines.
struct TopView {
  /// The reading before; nil at first, and where it was of another service: then nothing is said of a second.
  private let earlier: TopReading?
  private let now: TopReading
  /// What keeps a newer reading from being there.
  private let problem: String?
  /// Between the two, in seconds.
  private let time: Double
  /// What came of each route between the two, the slowest first; behind those what nobody has asked for.
  private let traffic: [(route: TopReading.Route, traffic: TopReading.Traffic, slowness: Double)]

  init(_ earlier: TopReading?, _ now: TopReading, problem: String? = nil) {
    let isSame = earlier?.count("start time") == now.count("start time")
    let before = isSame ? earlier : nil
    (self.earlier, self.now, self.problem) = (before, now, problem)
    traffic = Self.traffic(before, now)
    time = earlier.map { Double(($0.time < now.time ? now.time - $0.time : .zero).nanoseconds) / 1e9 } ?? 0
  }

  /// At most `height` lines of at most `width` characters, none of which does anything to a terminal; nil: as many as there are. The
  /// tables are cut where there is no room for them: that of the slowest requests to a third, that of the workers to a half of what is
  /// left.
  func lines(width: Int? = nil, height: Int? = nil) -> [String] {
    let (head, workers, routes) = (head, workers, routes)
    let room = height.map { max(0, $0 - head.count - 2) }
    let slowest = Self.cut(slowest, room.map { max($0 - routes.count - workers.count, $0 / 3) })
    let rest = room.map { $0 - slowest.count }
    let shownWorkers = Self.cut(workers, rest.map { max($0 - routes.count, $0 / 2) })
    let shownRoutes = Self.cut(routes, rest.map { $0 - shownWorkers.count })
    let all = head + [""] + shownWorkers + [""] + shownRoutes + slowest
    return all.prefix(height ?? all.count).map { line in
      let line = LogLine.escaped(line)
      return width.map { String(line.prefix(max(0, $0))) } ?? line
    }
  }

  private static func cut(_ lines: [String], _ room: Int?) -> [String] {
    guard let room, lines.count > room else { return lines }
    if room < 2 { return Array(lines.prefix(max(0, room))) }
    return lines.prefix(room - 1) + ["and \(lines.count - room + 1) more"]
  }

  // MARK: The whole

  private var head: [String] {
    let lines = [
      (
        "service",
        [
          "up \(TopText.age(now.count("start since")))",
          "\(now.count("processes at work")) of \(now.count("total processes")) workers at work",
          Self.counted(now.count("worker restarts"), "restart"), Self.counted(now.count("reloads done"), "reload"),
          "\(TopText.number(now.count("reloads given up"))) given up",
        ]
      ),
      (
        "requests",
        [
          rate(now.count("requests"), earlier?.count("requests")), "\(number("active requests")) active",
          failures, rate("aborted requests", "aborted"), rate("refused requests", "refused"),
        ]
      ),
      ("latency", Self.percentiles(all)),
      (
        "database",
        [
          "\(number("database connections used")) of \(number("database connections limit")) connections active",
          "\(number("database connections idle")) idle", "\(number("database statements waiting")) statements wait",
          rate("database timeouts", "in vain"),
        ]
      ),
      ("waiting", Self.percentiles(now.databaseWait.since(earlier?.databaseWait), isKnown: earlier != nil)),
      ("statements", Self.percentiles(now.statements.since(earlier?.statements), isKnown: earlier != nil)),
      (
        "web server",
        [
          "\(number("connections")) connections", rate("accepted conn", "new"), queue,
        ]
      ),
    ]
    return lines.map { TextTable.padded($0, 12) + $1.joined(separator: "   ") } + (problem.map { ["", $0] } ?? [])
  }

  private var all: Latency? {
    earlier == nil ? nil : traffic.reduce(into: Latency()) { $0 += $1.traffic.latency }
  }

  private var failures: String {
    guard earlier != nil else { return "- failed" }
    return "\(perSecond(traffic.reduce(0) { $0 + $1.traffic.failed }))/s failed"
  }

  /// Those that have come and were not accepted yet.
  private var queue: String {
    let limit = now.countIfKnown("listen queue len").map { " of \(TopText.number($0))" } ?? ""
    return now.countIfKnown("listen queue").map { "\(TopText.number($0))\(limit) in the listen queue" }
      ?? "listen queue unknown"
  }

  private static func percentiles(_ latency: Latency?, isKnown: Bool = true) -> [String] {
    let latency = isKnown ? latency : nil
    let quantiles = [("p50", 0.5), ("p95", 0.95), ("p99", 0.99)].map {
      "\($0) \(TextTable.padded(TopText.time(latency?.quantile($1)), 8))"
    }
    return quantiles + ["slowest up to \(TopText.time(latency?.slowest))"]
  }

  // MARK: Workers

  private var workers: [String] {
    let head = ["worker", "pid", "generation", "state", "requests/s", "active", "connections", "memory", "up"]
    let before = Dictionary(earlier?.workers.map { ($0.process, $0.requests) } ?? []) { first, _ in first }
    return TextTable.lines(
      [head]
        + now.workers.map { worker in
          // One that was not there before has begun since.
          [
            "\(worker.place)", "\(worker.process)", worker.generation == 0 ? "-" : "\(worker.generation)",
            worker.state,
            earlier == nil ? "-" : perSecond(Double(worker.requests - (before[worker.process] ?? 0))),
            "\(worker.active)", "\(worker.connections)", TopText.memory(worker.memory), TopText.age(worker.age),
          ]
        })
  }

  // MARK: Routes

  private static func traffic(
    _ earlier: TopReading?, _ now: TopReading
  ) -> [(route: TopReading.Route, traffic: TopReading.Traffic, slowness: Double)] {
    now.routes.map { route, traffic in
      let new = traffic.since(earlier?.routes[route])
      return (route, new, slowness(new.latency.quantile(0.99)))
    }.sorted { ($1.slowness, $0.route.path, $0.route.method) < ($0.slowness, $1.route.path, $1.route.method) }
  }

  private static func slowness(_ time: Latency.Time?) -> Double {
    switch time {
    case nil: -1
    case .seconds(let seconds): seconds
    case .more: .infinity
    }
  }

  private var routes: [String] {
    let head = ["slowest routes", "requests/s", "failed/s", "p50", "p95", "p99", "slowest up to"]
    return TextTable.lines(
      [head]
        + traffic.map { route, new, _ in
          let latency = earlier == nil ? Latency() : new.latency
          return ["\(route.method) \(route.path)"]
            + (earlier == nil ? ["-", "-"] : [perSecond(latency.count), perSecond(new.failed)])
            + [latency.quantile(0.5), latency.quantile(0.95), latency.quantile(0.99), latency.slowest].map(
              TopText.time)
        })
  }

  // MARK: Requests

  /// Behind a line that parts them from the routes; nothing where there are none.
  private var slowest: [String] {
    guard !now.slowest.isEmpty else { return [] }
    let head = ["slowest requests", "status", "took", "ago", "worker", "request id"]
    return [""]
      + TextTable.lines(
        [head]
          + now.slowest.map { request in
            [
              "\(request.method) \(request.path.prefix(Self.longestPath))", "\(request.status)",
              TopText.time(.seconds(Double(request.microseconds) / 1e6)), "\(request.age) s", "\(request.worker)",
              request.id,
            ]
          })
  }

  /// A longer path is cut: what is behind it in the line matters more.
  private static let longestPath = 48

  // MARK: Numbers

  private func number(_ field: String) -> String { TopText.number(now.count(field)) }

  private func rate(_ field: String, _ word: String) -> String {
    "\(rate(now.count(field), earlier?.count(field))) \(word)"
  }

  /// A counter that has fallen has begun anew: nothing is known of what came since.
  private func rate(_ count: Int, _ before: Int?) -> String {
    before.map { "\(perSecond(Double(count - $0)))/s" } ?? "-"
  }

  private func perSecond(_ count: Double) -> String { time > 0 ? TopText.number(max(0, count) / time) : "-" }

  private static func counted(_ count: Int, _ word: String) -> String {
    "\(TopText.number(count)) \(word)\(count == 1 ? "" : "s")"
  }
}
