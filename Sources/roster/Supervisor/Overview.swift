internal import EventLoop

/// What the supervisor tells of the whole: the figures that are its own, and a line for systemctl status.
extension Supervisor {
  /// How often the line is told, as php-fpm does.
  private static let statusInterval = 10

  var runningStatus: String { places == 1 ? "1 worker" : "\(places) workers" }

  /// The places of `workers` workers, and the admin's before them.
  func numbers(_ workers: Int) -> ClosedRange<Int> { (adminSockets == nil ? 1 : Worker.admin)...workers }

  /// Looks after the figures from now on.
  func keepFigures() {
    guard let figures else { return }
    look(figures, ServiceLine(), turn: 0)
  }

  private func look(_ figures: ServiceFigures, _ line: ServiceLine, turn: Int) {
    var line = line
    figures.look(workers.values.filter { !$0.isAdmin }.map(\.state))
    if let manager, hasStarted, !isReloading, !isStopping, turn == Self.statusInterval - 1 {
      let doing = line.next(figures.snapshot, at: EventLoop.main.now)
      manager.status("\(runningStatus), \(doing)\(reloadRemark)")
    }
    let next = (turn + 1) % Self.statusInterval
    _ = EventLoop.main.schedule(after: .seconds(1)) { [self, line] in look(figures, line, turn: next) }
  }
}

/// What the workers of a service do, in a line: how many requests there are a second is known from the second time on.
struct ServiceLine {
  private var before: (requests: Int, time: MonotonicTime)?

  mutating func next(_ snapshot: Snapshot, at now: MonotonicTime) -> String {
    let requests = snapshot.requests
    defer { before = (requests, now) }
    let rate = before.map { Self.rate(Double(requests) - Double($0.requests), within: now - $0.time) } ?? ""
    let pool = "\(snapshot.databaseUsed) of \(snapshot.databaseLimit) connections to the database in use"
    return "\(snapshot.active) requests in flight, \(rate)\(pool), \(snapshot.databasePending) statements wait"
  }

  private static func rate(_ requests: Double, within time: Duration) -> String {
    let rate = requests / (Double(time.nanoseconds) / 1e9)
    return rate.isFinite ? "\(Int(min(max(0, rate), 1e15).rounded())) requests/s, " : ""
  }
}
