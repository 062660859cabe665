internal import EventLoop
internal import Gateway
internal import Metrics

/// The figures of a service at one moment.
struct Snapshot {
  /// A process that lives, and what it has written.
  struct Process {
    let owner: MetricArea.Owner
    let readings: [MetricArea.Reading]
    /// Its slowest requests, as its note has them.
    let slowest: String?

    init(_ owner: MetricArea.Owner, _ readings: [MetricArea.Reading], slowest: String? = nil) {
      (self.owner, self.readings, self.slowest) = (owner, readings, slowest)
    }

    /// The sum of its figures of this name; of a histogram the number of its observations.
    func sum(_ name: String) -> Int { Snapshot.sum(readings, name) }

    /// Whether it is a worker; the other one is the admin's process.
    var isWorker: Bool { owner.place > 0 }

    /// Whether it was at work a moment ago. It says so each second.
    func isAtWork(at now: MonotonicTime) -> Bool {
      now - MonotonicTime(nanoseconds: owner.heartbeat) < .milliseconds(2500)
    }
  }

  /// Those that live, the admin's among them.
  var processes: [Process] = []
  /// The supervisor's, and what those have left that have ended.
  var others: [MetricArea.Reading] = []

  var workers: [Process] {
    processes.filter(\.isWorker).sorted { ($0.owner.place, $0.owner.started) < ($1.owner.place, $1.owner.started) }
  }

  /// What monitoring is shown.
  var families: [MetricFamily] { MetricFamily.all(processes.flatMap(\.readings) + others) }

  /// The sum of the figures of this name, where a label has a value if that is asked for.
  func sum(_ name: String, where label: MetricDescription.Label? = nil) -> Int {
    processes.reduce(Self.sum(others, name, label)) { $0 &+ Self.sum($1.readings, name, label) }
  }

  /// Whether there is a figure of this name, of the service itself.
  func has(_ name: String) -> Bool { others.contains { $0.description.name == name } }

  /// The same with how many connections wait at each of the service's sockets; `depth` of its address, nil where that cannot be known.
  func with(queues depth: (String) -> Int?) -> Snapshot {
    var snapshot = self
    for socket in others where socket.description.name == MetricName.sockets {
      guard let depth = socket.description.labels.first.flatMap({ depth($0.value) }) else { continue }
      let description = MetricDescription(
        MetricName.listenQueue, "Connections that wait to be accepted.", .gauge, .live,
        labels: socket.description.labels)
      snapshot.others.append(MetricArea.Reading(description, [UInt64(depth)]))
    }
    return snapshot
  }

  private static func sum(
    _ readings: [MetricArea.Reading], _ name: String, _ label: MetricDescription.Label? = nil
  ) -> Int {
    readings.reduce(0) { sum, reading in
      guard reading.description.name == name else { return sum }
      if let label, !reading.description.labels.contains(label) { return sum }
      let isHistogram = reading.description.kind == .histogram
      let number = (isHistogram ? reading.numbers.dropLast() : reading.numbers[...]).reduce(0, &+)
      return sum &+ Int(truncatingIfNeeded: number)
    }
  }
}

extension Snapshot {
  var requests: Int { sum(RequestMeter.duration) }
  var active: Int { sum(RequestMeter.active) }
  var databaseUsed: Int { sum(MetricName.databaseConnections, where: .init("state", "used")) }
  var databaseIdle: Int { sum(MetricName.databaseConnections, where: .init("state", "idle")) }
  var databaseLimit: Int { sum(MetricName.databaseLimit) }
  var databasePending: Int { sum(MetricName.databasePending) }
}
