internal import EventLoop

/// What decides where a statement's place is.
struct Want {
  var demand: Demand
  /// It counts as a read on its connection.
  var isRead: Bool
  /// It joins others of its turn that share a commit.
  var sharesCommit = false
  /// The row that it changes, if that is known.
  var row: RowKey?
  /// The connection that its transaction has.
  var own: Int?
}

/// Who is let in to the connections, and who waits or is refused. Pure: waiters are anything, and the clock is a parameter.
struct Admission<Waiter> {
  enum Verdict: Equatable {
    /// On this connection, where it has been counted.
    case place(Int)
    case wait
    case refuse(String)
  }

  /// How many writes of one turn share a commit. Few enough that one which has to wait for a lock holds up few.
  static var group: Int { 32 }

  var state: PoolState
  var waiting: WaitingLanes<Waiter>
  var hedging = Hedging()
  /// The rows that are being changed.
  private var rows = RowGate()
  /// Where the writes of this turn gather that share a commit, and how many there are.
  private var gathering: (index: Int, count: Int)?

  init(_ state: PoolState, _ waiting: WaitingLanes<Waiter>) {
    (self.state, self.waiting) = (state, waiting)
  }

  /// Decides on one that has come.
  mutating func admit(_ waiter: Waiter, _ want: Want, at now: MonotonicTime) -> Verdict {
    guard isFree(want.row, at: now) else { return wait(forRowOf: waiter, at: now) }
    if let index = place(want, at: now) { return .place(index) }
    guard !waiting.isFull(want.demand) else { return .refuse("too many statements wait for a connection") }
    waiting.append(waiter, for: want.demand, at: now)
    return .wait
  }

  /// The place of one that has come, if nothing keeps it waiting.
  mutating func place(_ want: Want, at now: MonotonicTime) -> Int? {
    guard isFree(want.row, at: now), want.own != nil || waiting.isEmpty(want.demand) else { return nil }
    return take(want, at: now)
  }

  /// Takes out one that has waited and has a place now, or none at all; nil when there is no other.
  mutating func next(at now: MonotonicTime, _ want: (Waiter) -> Want) -> (Waiter, Verdict)? {
    for demand in Demand.allCases {
      while let waiter = waiting.first(demand) {
        let want = want(waiter)
        let verdict: Verdict
        if !isFree(want.row, at: now) {
          verdict = wait(forRowOf: waiter, at: now)
        } else if let index = take(want, at: now) {
          verdict = .place(index)
        } else {
          break
        }
        _ = waiting.popFirst(demand)
        if verdict != .wait { return (waiter, verdict) }
      }
    }
    return nil
  }

  /// Takes out those whose row has become free; each is to be admitted again.
  mutating func takeFreed(at now: MonotonicTime, _ row: (Waiter) -> RowKey?) -> [Waiter] {
    guard rows.takeFreed(), !waiting.rows.isEmpty else { return [] }
    let rows = rows
    return waiting.takeForRows { row($0).map { rows.isFree($0, at: now) } ?? true }
  }

  /// Counts one on a connection.
  mutating func enter(_ index: Int, _ want: Want, at now: MonotonicTime) {
    state.begin(index, want.demand, isRead: want.isRead, at: now)
    if want.isRead { hedging.noteRead() }
    if let row = want.row { rows.enter(row, at: now) }
  }

  /// A statement that changes the row is on no connection any more.
  mutating func leave(_ row: RowKey) { rows.leave(row) }

  /// What has gathered on a connection leaves.
  mutating func endTurn(of index: Int) {
    if gathering?.index == index { gathering = nil }
  }

  private func isFree(_ row: RowKey?, at now: MonotonicTime) -> Bool {
    row.map { rows.isFree($0, at: now) } ?? true
  }

  private mutating func wait(forRowOf waiter: Waiter, at now: MonotonicTime) -> Verdict {
    guard !waiting.rows.isFull else { return .refuse("too many writes wait for a row") }
    waiting.appendForRow(waiter, at: now)
    return .wait
  }

  private mutating func take(_ want: Want, at now: MonotonicTime) -> Int? {
    guard let index = want.own ?? connection(for: want, at: now) else { return nil }
    if want.demand == .transaction, want.own == nil { state.own(index) }
    enter(index, want, at: now)
    return index
  }

  private mutating func connection(for want: Want, at now: MonotonicTime) -> Int? {
    guard want.sharesCommit else { return state.connection(for: want.demand, at: now) }
    if let group = gathering, group.count < Self.group, state.hasRoomInGroup(group.index) {
      gathering = (group.index, group.count + 1)
    } else {
      gathering = state.connection(for: want.demand, at: now).map { ($0, 1) }
    }
    return gathering?.index
  }
}
