internal import EventLoop
internal import FastCGI
internal import Glibc
internal import Metrics

/// The figures of a service that are its supervisor's to write, and what processes leave that end.
@LoopActor final class ServiceFigures {
  /// How a reload has ended.
  enum Reloading: String, CaseIterable {
    case done
    case givenUp = "given_up"
  }

  private let memory: FigureMemory
  private let ended: MetricRegistry
  private let workers: [Worker.State: Gauge]
  private let restarts: [Worker.End: Counter]
  private let reloads: [Reloading: Counter]
  private let lastReload: Gauge

  /// Of a service on these sockets. Nothing where there is no memory for them.
  init?(_ tally: Tally?, _ sockets: ListeningSockets) {
    guard let memory = tally.flatMap({ FigureMemory($0, canWrite: true) }) else { return nil }
    self.memory = memory
    let began = Int(time(nil))
    ended = MetricRegistry(memory.ended, process: getpid(), started: began)
    let registry = MetricRegistry(memory.supervisors, process: getpid(), started: began)
    registry.gauge(MetricName.started, "When the service began, in Unix time.").set(began)
    registry.gauge(
      MetricName.build, "What the supervisor is: always 1.", labels: [.init("version", Roster.version)]
    ).set(1)
    for socket in sockets.all {
      let labels = [MetricDescription.Label("socket", socket.address)]
      registry.gauge(MetricName.sockets, "Where the service listens: always 1.", labels: labels).set(1)
      guard let limit = socket.queueLimit else { continue }
      registry.gauge(
        MetricName.listenQueueLimit, "Connections that may wait to be accepted at most.", labels: labels
      ).set(limit)
    }
    workers = Self.each {
      registry.gauge(MetricName.workers, "Workers, by what they do.", labels: [.init("state", $0.rawValue)])
    }
    restarts = Self.each {
      registry.counter(
        MetricName.restarts, "Workers that have ended and were replaced.", labels: [.init("reason", $0.rawValue)])
    }
    reloads = Self.each {
      registry.counter(MetricName.reloads, "Reloads, by their results.", labels: [.init("result", $0.rawValue)])
    }
    lastReload = registry.gauge(
      MetricName.lastReload, "When a reload was done the last time, in Unix time; 0: never.")
  }

  private static func each<Case: CaseIterable & Hashable, Figure>(_ make: (Case) -> Figure) -> [Case: Figure] {
    Dictionary(uniqueKeysWithValues: Case.allCases.map { ($0, make($0)) })
  }

  /// The process that had the seat has ended: what it has counted stays.
  func hasLeft(_ seat: Seat?) {
    if let area = seat.flatMap({ memory.area(of: $0.number) }) { ended.inherit(area) }
  }

  /// A worker has ended and is replaced.
  func restarted(_ end: Worker.End) { restarts[end]?.add() }

  /// A reload has ended.
  func reloaded(_ result: Reloading) {
    reloads[result]?.add()
    if result == .done { lastReload.set(Int(time(nil))) }
  }

  /// What the workers do now.
  func look(_ states: [Worker.State]) {
    for (state, gauge) in workers { gauge.set(states.count { $0 == state }) }
  }

  var snapshot: Snapshot { memory.snapshot() }
}
