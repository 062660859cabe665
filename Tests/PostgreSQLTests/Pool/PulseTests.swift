import EventLoop
import TestSupport
import Testing

@testable import PostgreSQL

struct PulseTests {
  private let start = MonotonicTime(nanoseconds: 0)

  @Test func `what has answered within a second is alive, and is asked after that`() {
    var pulse = Pulse()
    #expect(pulse.verdict(connections: 1, at: start) == .unknown)
    pulse.noteAnswer(at: start)
    #expect(pulse.verdict(connections: 1, at: start + .milliseconds(999)) == .alive)
    #expect(pulse.verdict(connections: 1, at: start + .seconds(1)) == .unknown)
  }

  @Test func `what has been asked and is silent for two seconds is dead, until it answers`() {
    var pulse = Pulse()
    let asks = [pulse.beginToAsk(at: start), pulse.beginToAsk(at: start)]
    #expect(asks == [true, false])
    #expect(pulse.verdict(connections: 1, at: start + .milliseconds(1999)) == .unknown)
    #expect(pulse.verdict(connections: 1, at: start + .seconds(2)) == .dead)
    pulse.endAsking()
    let asksAgain = pulse.beginToAsk(at: start + .seconds(3))
    #expect(asksAgain)
    #expect(pulse.verdict(connections: 1, at: start + .seconds(3)) == .dead)
    pulse.noteAnswer(at: start + .seconds(3))
    #expect(pulse.verdict(connections: 1, at: start + .seconds(3)) == .alive)
  }

  @Test func `without a connection it is dead`() {
    var pulse = Pulse()
    pulse.noteAnswer(at: start)
    #expect(pulse.verdict(connections: 0, at: start) == .dead)
  }

  @Test func `the pool says at once whether its database lives`() async throws {
    try await withPool { pool in
      let isAlive = await pool.isAlive()
      #expect(isAlive)
    }
    try await withPool(at: "postgresql://nobody@/nothing?host=/nowhere") { pool in
      let isAlive = await pool.isAlive()
      #expect(!isAlive)
    }
  }
}
