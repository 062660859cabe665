import EventLoop
import Testing

@testable import PostgreSQL

struct PoolStateTests {
  private let start = MonotonicTime(nanoseconds: 0)

  private func pool(_ size: Int = 3, depth: Int = 4, isLocal: Bool = false) -> PoolState {
    var state = PoolState(size: size, depth: depth, isLocal: isLocal)
    for index in 0..<size { state.connect(index, at: start) }
    return state
  }

  /// How many are put on the first connection before another has its turn.
  private func stack(_ demand: Demand, on state: inout PoolState, at now: MonotonicTime) -> Int {
    var height = 0
    while let index = state.connection(for: demand, at: now), index == 0 {
      state.begin(index, demand, isRead: true, at: now)
      height += 1
    }
    return height
  }

  @Test func `without a connection everything waits`() {
    let state = PoolState(size: 2, depth: 4, isLocal: false)
    #expect(state.connection(for: .read, at: start) == nil)
    #expect(state.connection(for: .transaction, at: start) == nil)
    #expect(state.vacancy == 0)
  }

  @Test func `reads stack up on the first connection until it is full`() {
    var state = pool()
    var chosen: [Int?] = []
    for _ in 0..<6 {
      let index = state.connection(for: .read, at: start)
      chosen.append(index)
      if let index { state.begin(index, .read, isRead: true, at: start) }
    }
    #expect(chosen == [0, 0, 0, 0, 1, 1])
  }

  @Test(arguments: [(false, 3), (true, 11)])
  func `reads stack up no higher than a connection gets through soon, or another could help`(
    _ isLocal: Bool, _ height: Int
  ) {
    var state = pool(2, depth: 64, isLocal: isLocal)
    // Each turn brings two answers after one millisecond: half a millisecond each.
    var now = start
    for _ in 0..<50 {
      for _ in 0..<2 { state.begin(0, .read, isRead: true, at: now) }
      now = now + .milliseconds(1)
      for _ in 0..<2 { _ = state.end(0, isRead: true, at: now) }
    }
    #expect(stack(.read, on: &state, at: now) == height)
    #expect(state.connection(for: .read, at: now) == 1)
  }

  @Test(arguments: [(500, 12), (13_000, 3), (40_000, 1)])
  func `reads stack up no higher than what they bring comes at once`(_ bytes: Int, _ height: Int) {
    var state = pool(2, depth: 12, isLocal: true)
    var now = start
    for _ in 0..<100 {
      state.begin(0, .read, isRead: true, at: now)
      now = now + .microseconds(100)
      _ = state.end(0, isRead: true, bytes: bytes, at: now)
    }
    #expect(stack(.read, on: &state, at: now) == height)
    #expect(state.connection(for: .read, at: now) == 1)
  }

  @Test(arguments: [(false, 2), (true, 41)])
  func `connections that share the processors here seem no slower for it`(_ isLocal: Bool, _ height: Int) {
    var state = pool(8, depth: 64, isLocal: isLocal)
    // Eight connections at once answer one read each after a millisecond: an eighth of it here, all of it elsewhere.
    var now = start
    for _ in 0..<100 {
      for index in 0..<8 { state.begin(index, .read, isRead: true, at: now) }
      now = now + .milliseconds(1)
      for index in 0..<8 { _ = state.end(index, isRead: true, at: now) }
    }
    // The last one too, whose answer was seen behind all others.
    #expect(Set(state.loads.map { $0?.pace }).count == 1)
    #expect(stack(.lookup, on: &state, at: now) == height)
  }

  @Test func `what an answer took is told without the way, of its group only a part`() {
    var state = pool(2)
    var now = start
    func answer(_ count: Int, after time: Duration) -> Duration? {
      for _ in 0..<count { state.begin(0, .read, isRead: true, at: now) }
      now = now + time
      let took = state.end(0, isRead: true, of: count, at: now)
      for _ in 1..<count { #expect(state.end(0, isRead: true, of: count, at: now) == nil) }
      return took
    }
    #expect(answer(1, after: .milliseconds(6)) == .zero)
    #expect(answer(1, after: .milliseconds(8)) == .nanoseconds(2_000_000 - 6_000_000 / 256 - 1))
    let took = answer(4, after: .milliseconds(14)) ?? .zero
    #expect((.milliseconds(1)...(.milliseconds(2))).contains(took))
  }

  @Test func `what was taken back before it was sent is no answer`() {
    var state = pool(8)
    state.begin(0, .slowRead, isRead: true, at: start)
    state.begin(0, .slowRead, isRead: true, at: start)
    state.withdraw(0, isRead: true)
    #expect(state.loads[0]?.alone == .slowRead)
    #expect(state.end(0, isRead: true, at: start + .milliseconds(6)) == .zero, "the way is what the answer took")
    state.begin(0, .slowRead, isRead: true, at: start + .milliseconds(6))
    state.withdraw(0, isRead: true)
    #expect((state.loads[0]?.isIdle, state.loads[0]?.alone) == (true, nil))
    #expect(state.loads[0]?.answers == 1)
  }

  @Test(arguments: [(false, 13), (true, 3)])
  func `a connection gets no more than it works off soon, but some more if they share a commit`(
    _ isLocal: Bool, _ count: Int
  ) {
    var state = pool(1, depth: 64, isLocal: isLocal)
    var now = start
    for _ in 0..<50 {  // an answer takes 20 milliseconds
      state.begin(0, .write, isRead: false, at: now)
      now = now + .milliseconds(20)
      _ = state.end(0, isRead: false, at: now)
    }
    var accepted = 0
    while let index = state.connection(for: .write, at: now) {
      state.begin(index, .write, isRead: false, at: now)
      accepted += 1
    }
    #expect(accepted == count)
    while state.hasRoomInGroup(0) {
      state.begin(0, .write, isRead: false, at: now)
      accepted += 1
    }
    #expect(accepted == 13)
  }

  @Test func `reads go round a connection that writes or has not answered for a while`() {
    var state = pool()
    state.begin(0, .write, isRead: false, at: start)
    #expect(state.connection(for: .read, at: start) == 1)
    state.begin(1, .read, isRead: true, at: start)
    #expect(state.connection(for: .read, at: start + .milliseconds(1)) == 1)
    #expect(state.connection(for: .read, at: start + .milliseconds(3)) == 2)
  }

  @Test func `writes take the connection with the least to write`() {
    var state = pool()
    var chosen: [Int?] = []
    for _ in 0..<4 {
      let index = state.connection(for: .write, at: start)
      chosen.append(index)
      if let index { state.begin(index, .write, isRead: false, at: start) }
    }
    #expect(chosen == [2, 1, 0, 2])
  }

  @Test func `a transaction has its connection alone`() {
    var state = pool(2)
    state.own(1)
    #expect(state.connection(for: .write, at: start) == 0)
    #expect(state.connection(for: .transaction, at: start) == 0)
    state.own(0)
    #expect(state.connection(for: .read, at: start) == nil)
    #expect(state.connection(for: .transaction, at: start) == nil)
    state.release(1)
    #expect(state.connection(for: .read, at: start) == 1)
  }

  @Test func `a transaction may take a connection that is full`() {
    var state = pool(1, depth: 1)
    state.begin(0, .read, isRead: true, at: start)
    #expect(state.connection(for: .read, at: start) == nil)
    #expect(state.connection(for: .transaction, at: start) == 0)
  }

  @Test func `a retiring connection gets nothing new and is drained when idle`() {
    var state = pool(1)
    state.begin(0, .read, isRead: true, at: start)
    state.retire(0)
    #expect(state.connection(for: .read, at: start) == nil)
    #expect(!state.isDrained(0))
    _ = state.end(0, isRead: true, at: start)
    #expect(state.isDrained(0))
    state.disconnect(0)
    #expect((state.connected, state.vacancy) == (0, 0))
  }
}

/// What happens where writes are refused because the server is read-only.
struct ReadOnlyServerTests {
  private let start = MonotonicTime(nanoseconds: 0)

  private func pool(_ size: Int = 3) -> PoolState {
    var state = PoolState(size: size, depth: 4, isLocal: true)
    for index in 0..<size { state.connect(index, at: start) }
    return state
  }

  @Test func `the first write that is refused has its connection made anew, then one a second`() {
    var state = pool()
    let replaces = [0, 900, 1000, 1500, 2000].map { state.refuseWrite(1, at: start + .milliseconds($0)) }
    #expect(replaces == [true, false, true, false, true])
  }

  @Test func `writes avoid what has refused one, as long as there is another`() {
    var state = pool(2)
    _ = state.refuseWrite(1, at: start)
    #expect(state.connection(for: .write, at: start) == 0)
    #expect(state.connection(for: .transaction, at: start) == 0)
    _ = state.refuseWrite(0, at: start)
    #expect(state.connection(for: .write, at: start) != nil)
  }

  @Test func `once a new connection takes a write, those that refused and those that are older are replaced`() {
    var state = pool()
    _ = state.refuseWrite(0, at: start)
    state.disconnect(0)
    state.connect(0, at: start + .seconds(1))
    let replaced = [state.takeWrite(0), state.takeWrite(0)]
    #expect(replaced == [[1, 2], []])
  }

  @Test func `a server that is promoted where it is keeps its connections`() {
    var state = pool()
    for index in 0..<3 { _ = state.refuseWrite(index, at: start) }
    let replaced = state.takeWrite(1)
    #expect(replaced == [])
    #expect(state.connection(for: .write, at: start) != nil)
  }
}
