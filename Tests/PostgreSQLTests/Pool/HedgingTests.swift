import EventLoop
import Testing

@testable import PostgreSQL

struct HedgingTests {
  private let start = MonotonicTime(nanoseconds: 1_000_000_000)
  private let read = Want(demand: .read, isRead: true)

  private func after(_ milliseconds: Int64) -> MonotonicTime { start + .milliseconds(milliseconds) }

  // MARK: When

  /// One whose connections are silent for so long before each answer.
  private func hedging(silence: Duration) -> Hedging {
    var hedging = Hedging()
    for _ in 0..<100 { hedging.noteSilence(since: start, at: start + silence) }
    return hedging
  }

  @Test func `a connection is stuck after five milliseconds`() {
    let hedging = Hedging()
    #expect(!hedging.isStuck(since: start, at: after(4)))
    #expect(hedging.isStuck(since: start, at: after(5)))
  }

  @Test func `where answers take longer, four times of that`() {
    #expect(hedging(silence: .microseconds(300)).isStuck(since: start, at: after(5)))
    let far = hedging(silence: .milliseconds(100))
    #expect(!far.isStuck(since: start, at: after(350)))
    #expect(far.isStuck(since: start, at: after(400)))
  }

  @Test func `one long silence says little of what is usual`() {
    var hedging = hedging(silence: .milliseconds(1))
    hedging.noteSilence(since: start, at: start + .seconds(1 << 32))
    hedging.noteSilence(since: start, at: MonotonicTime(nanoseconds: 0))
    #expect(hedging.isStuck(since: start, at: after(10)))
  }

  // MARK: How many

  private func take(_ hedging: inout Hedging) -> Int {
    var count = 0
    while hedging.take() { count += 1 }
    return count
  }

  @Test func `as many reads as a connection has may be sent again at once, then one of twenty`() {
    var hedging = Hedging()
    #expect(take(&hedging) == 64)
    for _ in 0..<200 { hedging.noteRead() }
    #expect(take(&hedging) == 10)
    for _ in 0..<100_000 { hedging.noteRead() }
    #expect(take(&hedging) == 64)
  }

  // MARK: Where to

  private func admission(_ size: Int) -> Admission<Int> {
    var state = PoolState(size: size, depth: 64, isLocal: true)
    for index in 0..<size { state.connect(index, at: start) }
    return Admission(state, WaitingLanes(capacity: 8, timeout: .seconds(1)))
  }

  @Test func `reads find refuge on the idle connection that was the last to answer`() {
    var admission = admission(4)
    admission.enter(0, read, at: start)
    for (index, answer) in [(2, after(1)), (1, after(2))] {
      admission.enter(index, read, at: start)
      _ = admission.state.end(index, isRead: true, at: answer)
    }
    #expect(admission.refuge(from: 0, silentSince: start, at: after(4)) == nil)
    #expect(admission.refuge(from: 0, silentSince: start, at: after(5)) == 1)
    admission.enter(1, read, at: after(5))
    #expect(admission.refuge(from: 0, silentSince: start, at: after(5)) == 2)
    admission.state.retire(2)
    #expect(admission.refuge(from: 0, silentSince: start, at: after(5)) == 3)
    admission.state.own(3)
    #expect(admission.refuge(from: 0, silentSince: start, at: after(500)) == nil)
  }

  @Test func `what has a connection for itself, and a connection without reads, is left alone`() {
    var admission = admission(4)
    let wants = [
      Want(demand: .slowRead, isRead: true), Want(demand: .largeRead, isRead: true),
      Want(demand: .write, isRead: false),
    ]
    for (index, want) in wants.enumerated() {
      admission.enter(index, want, at: start)
      #expect(admission.refuge(from: index, silentSince: start, at: after(100)) == nil)
    }
    #expect(!admission.state.hasSharedReads)
  }

  @Test func `the only connection has no refuge`() {
    var admission = admission(1)
    admission.enter(0, read, at: start)
    #expect(admission.state.hasSharedReads)
    #expect(admission.refuge(from: 0, silentSince: start, at: after(100)) == nil)
  }
}
