internal import EventLoop
internal import FastCGI
internal import Gateway
internal import Glibc
internal import Metrics
internal import PostgreSQL
internal import WebAPI

/// The figures of a worker, in the area of its seat.
@LoopActor final class WorkerFigures {
  /// Counts requests.
  let meter: RequestMeter

  private let process: ProcessFigures
  private let database: Database
  private let connections: Gauge
  private let accepted: Counter
  private let aborted: Counter
  private let refused: [Counter]
  private let databaseUp: Gauge
  private let databaseUsed: Gauge
  private let databaseIdle: Gauge
  private let databaseLimit: Gauge
  private let databasePending: Gauge
  private let databaseTimeouts: Counter

  /// Nothing without a seat that has room for them.
  init?(_ supervision: Supervision?, _ api: API, _ database: Database, poolSize: Int) {
    guard let supervision, let seat = supervision.seat, let area = FigureMemory.area(of: seat) else { return nil }
    let place = supervision.place ?? 0
    let registry = MetricRegistry(
      area, process: getpid(), place: place, generation: supervision.generation, started: Int(time(nil)))
    process = ProcessFigures(registry, name: "\(place)")
    meter = RequestMeter(api, registry)
    self.database = database
    connections = registry.gauge(MetricName.connections, "Connections of web servers that are open.")
    accepted = registry.counter(MetricName.accepted, "Connections of web servers that were accepted.")
    aborted = registry.counter(MetricName.aborted, "Requests that their web servers have aborted.")
    refused = Refusal.allCases.map { refusal in
      registry.counter(
        MetricName.refused, "Requests that were refused unread.", labels: [.init("reason", refusal.reason)])
    }
    databaseUp = registry.gauge(
      MetricName.databaseUp, "Workers that have a connection to the database, and tables in it that fit.")
    (databaseUsed, databaseIdle) = (Self.connections(registry, "used"), Self.connections(registry, "idle"))
    databaseLimit = registry.gauge(MetricName.databaseLimit, "Connections to the database that there may be.")
    databaseLimit.set(poolSize)
    databasePending = registry.gauge(MetricName.databasePending, "Statements that wait for a connection.")
    databaseTimeouts = registry.counter(
      MetricName.databaseTimeouts, "Statements that have waited in vain for a connection.")
    let wait = registry.histogram(
      MetricName.databaseWait, "How long statements wait for a connection.", bounds: RequestMeter.bounds)
    let duration = registry.histogram(
      MetricName.statementDuration, "How long statements take, from when they have a connection to their answers.",
      bounds: RequestMeter.bounds)
    database.pool.observer = PoolObserver(
      waited: { wait.observe(nanoseconds: $0) }, answered: { duration.observe(nanoseconds: $0) })
  }

  private static func connections(_ registry: MetricRegistry, _ state: String) -> Gauge {
    registry.gauge(
      MetricName.databaseConnections, "Connections to the database, by what they do.",
      labels: [.init("state", state)])
  }

  /// From now on it says how `server` and the database do.
  func begin(_ server: Server) {
    process.begin { [self] in look(server.status) }
  }

  /// Says so for the last time, when nothing is left to do.
  func end() { process.end() }

  /// The answer to a request that is refused unread, which is counted.
  func refuse(_ refusal: Refusal) -> FastCGI.Response {
    if let index = Refusal.allCases.firstIndex(of: refusal) { refused[index].add() }
    return refusal.response
  }

  private func look(_ server: Server.Status) {
    meter.look(at: EventLoop.main.now)
    connections.set(server.connections)
    accepted.reach(UInt64(server.connectionsAccepted))
    aborted.reach(UInt64(server.requestsAborted))
    let pool = database.pool.status
    databaseUp.set(database.isReady && pool.connections > 0 ? 1 : 0)
    databaseUsed.set(pool.busy)
    databaseIdle.set(pool.idle)
    databasePending.set(pool.waiting)
    databaseTimeouts.reach(UInt64(pool.timeouts))
  }
}

extension Refusal {
  fileprivate var reason: String {
    switch self {
    case .bodyTooLarge, .incompleteBody: "body"
    case .parametersTooLarge: "parameters"
    case .outOfMemory: "overload"
    }
  }
}
