internal import EventLoop

/// Who waits for a connection, by what they want of it; and who waits for a row. The clock is a parameter.
struct WaitingLanes<Waiter> {
  private var lanes: [WaitingQueue<Waiter>]
  private(set) var rows: WaitingQueue<Waiter>

  init(capacity: Int, timeout: Duration) {
    let queue = WaitingQueue<Waiter>(capacity: capacity, timeout: timeout)
    lanes = Demand.allCases.map { _ in queue }
    rows = queue
  }

  var count: Int { lanes.reduce(rows.count) { $0 + $1.count } }
  var isEmpty: Bool { rows.isEmpty && lanes.allSatisfy(\.isEmpty) }

  /// How long each may wait; holds for those that wait already. Slow and large reads, which pass slowly and hold up none but
  /// their like, keep the time that they began with.
  var timeout: Duration {
    get { rows.timeout }
    set {
      rows.timeout = newValue
      for demand in Demand.allCases where !demand.isPatient { lanes[demand.rawValue].timeout = newValue }
    }
  }

  func isEmpty(_ demand: Demand) -> Bool { lanes[demand.rawValue].isEmpty }
  func isFull(_ demand: Demand) -> Bool { lanes[demand.rawValue].isFull }
  func first(_ demand: Demand) -> Waiter? { lanes[demand.rawValue].first }

  mutating func append(_ waiter: Waiter, for demand: Demand, at now: MonotonicTime) {
    lanes[demand.rawValue].append(waiter, at: now)
  }

  mutating func popFirst(_ demand: Demand) -> Waiter? { lanes[demand.rawValue].popFirst() }

  /// The first of any.
  mutating func popFirst() -> Waiter? {
    for index in lanes.indices { if let waiter = lanes[index].popFirst() { return waiter } }
    return rows.popFirst()
  }

  mutating func appendForRow(_ waiter: Waiter, at now: MonotonicTime) { rows.append(waiter, at: now) }

  /// Takes out those that wait for a row which `isFree`, in order.
  mutating func takeForRows(where isFree: (Waiter) -> Bool) -> [Waiter] {
    var free: [Waiter] = []
    rows.remove { waiter in
      guard isFree(waiter) else { return false }
      free.append(waiter)
      return true
    }
    return free
  }

  /// When the first of any will have waited too long.
  var deadline: MonotonicTime? { (lanes.map(\.deadline) + [rows.deadline]).compactMap(\.self).min() }

  /// Takes out one that has waited too long.
  mutating func popExpired(at now: MonotonicTime) -> Waiter? {
    for index in lanes.indices { if let waiter = lanes[index].popExpired(at: now) { return waiter } }
    return rows.popExpired(at: now)
  }

  /// Takes out one that does not want to wait any longer.
  mutating func remove(where isTheOne: (Waiter) -> Bool) {
    for index in lanes.indices { lanes[index].remove(where: isTheOne) }
    rows.remove(where: isTheOne)
  }
}
