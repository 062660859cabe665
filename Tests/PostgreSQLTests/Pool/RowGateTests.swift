import EventLoop
import Testing

@testable import PostgreSQL

struct RowGateTests {
  private let now = MonotonicTime(nanoseconds: 1)
  private let later = MonotonicTime(nanoseconds: 2)
  private let row = RowKey(ObjectIdentifier(RowGateTests.self), 1)

  @Test func `a row is free until somebody is in, and for the others of the same turn`() {
    var gate = RowGate()
    #expect(gate.isFree(row, at: now))
    gate.enter(row, at: now)
    #expect(gate.isFree(row, at: now))
    gate.enter(row, at: now)
    #expect(!gate.isFree(row, at: later))
    #expect(gate.isFree(RowKey(ObjectIdentifier(RowGateTests.self), 2), at: later))
  }

  @Test func `it is free again when the last has left`() {
    var gate = RowGate()
    gate.enter(row, at: now)
    gate.enter(row, at: now)
    gate.leave(row)
    let hasFreed = gate.takeFreed()
    #expect(!gate.isFree(row, at: later) && !hasFreed)
    gate.leave(row)
    let freed = [gate.takeFreed(), gate.takeFreed()]
    #expect(gate.isFree(row, at: later) && freed == [true, false])
    gate.leave(row)
    #expect(gate.isFree(row, at: later))
  }
}
