import EventLoop
import Testing

@testable import PostgreSQL

struct AdmissionTests {
  private let start = MonotonicTime(nanoseconds: 0)
  private let later = MonotonicTime(nanoseconds: 1_000_000)
  private let row = RowKey(ObjectIdentifier(AdmissionTests.self), 1)
  private let read = Want(demand: .read, isRead: true)
  private let slowRead = Want(demand: .slowRead, isRead: true)
  private let write = Want(demand: .write, isRead: false)
  private let shared = Want(demand: .write, isRead: false, sharesCommit: true)
  private let transaction = Want(demand: .transaction, isRead: false)

  /// One for waiters that are numbers, with so many connections.
  private func admission(_ size: Int, depth: Int = 64, capacity: Int = 8) -> Admission<Int> {
    var state = PoolState(size: size, depth: depth, isLocal: true)
    for index in 0..<size { state.connect(index, at: start) }
    return Admission(state, WaitingLanes(capacity: capacity, timeout: .seconds(1)))
  }

  private func changing(_ row: RowKey) -> Want { Want(demand: .write, isRead: false, sharesCommit: true, row: row) }

  @Test func `who finds room is placed, and counted there`() {
    var admission = admission(1)
    #expect(admission.admit(1, read, at: start) == .place(0))
    #expect(admission.admit(2, write, at: start) == .place(0))
    #expect(admission.state.loads[0]?.reads == 1 && admission.state.loads[0]?.writes == 1)
    #expect(admission.waiting.isEmpty)
  }

  @Test func `who finds none waits, behind those of the same kind, until none may wait any more`() {
    var admission = admission(1, depth: 1, capacity: 2)
    #expect(admission.admit(1, read, at: start) == .place(0))
    #expect(admission.admit(2, read, at: start) == .wait)
    _ = admission.state.end(0, isRead: true, at: start)
    #expect(admission.place(read, at: start) == nil)  // room, but not its turn
    #expect(admission.admit(3, read, at: start) == .wait)
    #expect(admission.admit(4, read, at: start) == .refuse("too many statements wait for a connection"))
    #expect(admission.admit(5, write, at: start) == .place(0))
  }

  @Test func `those that wait get room in order`() {
    var admission = admission(1, depth: 1)
    let wants = [read, read, write]
    #expect(admission.admit(0, read, at: start) == .place(0))
    for (number, want) in wants.enumerated() { _ = admission.admit(number, want, at: start) }
    #expect(admission.next(at: start, { wants[$0] }) == nil)
    var order: [Int] = []
    for _ in wants {
      _ = admission.state.end(0, isRead: true, at: start)
      while let (waiter, verdict) = admission.next(at: start, { wants[$0] }) {
        #expect(verdict == .place(0))
        order.append(waiter)
      }
    }
    #expect(order == [0, 1, 2])
  }

  @Test func `one that cannot be placed keeps none of another kind waiting`() {
    var admission = admission(4, depth: 1)
    let wants = [slowRead, slowRead, write, slowRead, write]
    let verdicts = wants.indices.map { admission.admit($0, wants[$0], at: start) }
    #expect(verdicts == [.place(1), .place(2), .place(3), .wait, .wait])
    _ = admission.state.end(3, isRead: false, at: start)
    let next = admission.next(at: start) { wants[$0] }
    #expect(next?.0 == 4 && next?.1 == .place(3))
  }

  @Test func `the writes of a turn that share a commit gather on one connection, as many as may`() {
    var admission = admission(4)
    let first = (0..<Admission<Int>.group).map { admission.admit($0, shared, at: start) }
    #expect(first.allSatisfy { $0 == .place(3) })
    #expect(admission.admit(0, shared, at: start) == .place(2))
    #expect(admission.admit(0, shared, at: start) == .place(2))
    #expect(admission.admit(0, write, at: start) == .place(1))  // one that does not ask spreads
    admission.endTurn(of: 3)  // not where they gather
    #expect(admission.admit(0, shared, at: start) == .place(2))
    admission.endTurn(of: 2)
    #expect(admission.admit(0, shared, at: start) == .place(1))
  }

  @Test func `none joins others on a connection that is lost, or a transaction's`() {
    var lost = admission(4)
    #expect(lost.admit(0, shared, at: start) == .place(3))
    lost.state.disconnect(3)
    #expect(lost.admit(0, shared, at: start) == .place(2))
    lost.state.own(2)
    #expect(lost.admit(0, shared, at: start) == .place(1))
  }

  @Test func `a transaction's first statement takes a connection for itself, and the others follow whoever waits`() {
    var admission = admission(1)
    #expect(admission.admit(1, transaction, at: start) == .place(0))
    #expect(admission.state.loads[0]?.isOwned == true)
    #expect(admission.admit(2, transaction, at: start) == .wait)
    #expect(admission.admit(3, Want(demand: .transaction, isRead: false, own: 0), at: start) == .place(0))
    #expect(admission.admit(4, read, at: start) == .wait)
  }

  @Test func `writes of one row go together in one turn, and wait for it later`() {
    var admission = admission(4, capacity: 1)
    let want = changing(row)
    #expect(admission.admit(1, want, at: start) == .place(3))
    #expect(admission.admit(2, want, at: start) == .place(3))
    #expect(admission.place(want, at: later) == nil)
    #expect(admission.admit(3, want, at: later) == .wait)
    #expect(admission.admit(4, want, at: later) == .refuse("too many writes wait for a row"))
    #expect(admission.admit(5, changing(RowKey(ObjectIdentifier(AdmissionTests.self), 2)), at: later) == .place(3))
    admission.leave(row)
    #expect(admission.takeFreed(at: later) { _ in row } == [])
    admission.leave(row)
    #expect(admission.takeFreed(at: later) { _ in row } == [3])
    #expect(admission.takeFreed(at: later) { _ in row } == [])
  }

  @Test func `who waited for a connection and finds its row taken waits for the row, if it may`() {
    var admission = admission(1, depth: 1, capacity: 2)
    let want = changing(row)
    #expect(admission.admit(0, read, at: start) == .place(0))
    #expect(admission.admit(1, want, at: start) == .wait)
    #expect(admission.admit(2, want, at: start) == .wait)
    admission.enter(0, want, at: start)
    #expect(admission.admit(3, want, at: later) == .wait)
    let next = admission.next(at: later) { _ in want }
    #expect(next?.0 == 2 && next?.1 == .refuse("too many writes wait for a row"))
    #expect(admission.waiting.rows.count == 2 && admission.waiting.isEmpty(.write))
  }
}
