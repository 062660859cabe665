import EventLoop
import Testing

@testable import PostgreSQL

struct LookupPaceTests {
  private let start = MonotonicTime(nanoseconds: 0)
  private let patience = LookupPace.patience
  private let instant = Duration.nanoseconds(1)

  /// One whose last statement had so many keys, and was answered at the start.
  private func pace(after keys: Int) -> LookupPace {
    var pace = LookupPace()
    pace.begin(at: start)
    pace.send(keys, at: start)
    pace.answer(at: start)
    return pace
  }

  @Test func `without keys there is nothing to do`() {
    #expect(LookupPace().decision(0, at: start) == .nothing)
    #expect(pace(after: 10).decision(0, at: start + patience) == .nothing)
  }

  @Test func `the keys of the first turn leave with its end`() {
    var pace = LookupPace()
    pace.begin(at: start)
    #expect(pace.decision(1, at: start) == .send)
  }

  @Test func `behind a statement that is on its way keys wait for its answer, but not for long`() {
    var pace = LookupPace()
    pace.send(1, at: start)
    let now = start + .microseconds(300)
    pace.begin(at: now)
    #expect(pace.decision(1, at: now) == .wait(until: start + patience))
    #expect(pace.decision(63, at: now) == .wait(until: start + patience))
    #expect(pace.decision(1, at: start + (patience - instant)) == .wait(until: start + patience))
    #expect(pace.decision(1, at: start + patience) == .send)
    pace.answer(at: now)
    #expect(pace.decision(1, at: now) == .send)
  }

  @Test func `the last statement that left is what keys wait for, as long as one is on its way`() {
    var pace = LookupPace()
    pace.send(1, at: start)
    let second = start + .microseconds(600)
    pace.send(1, at: second)
    pace.answer(at: second + instant)
    #expect(pace.decision(1, at: second + instant) == .wait(until: second + patience))
    pace.answer(at: second + .microseconds(2))
    #expect(pace.decision(1, at: second + .microseconds(2)) == .send)
  }

  @Test(arguments: [(5, 5), (11, 11), (12, 12), (13, 12), (64, 12)])
  func `as many as in the last statement wait for each other, twelve at most`(_ last: Int, _ expected: Int) {
    var pace = pace(after: last)
    let now = start + .milliseconds(7)
    pace.begin(at: now)
    #expect(pace.decision(expected - 1, at: now) == .wait(until: now + pace.moment))
    #expect(pace.decision(expected, at: now) == .send)
    #expect(pace.decision(1, at: now + (pace.moment - instant)) == .wait(until: now + pace.moment))
    #expect(pace.decision(1, at: now + pace.moment) == .send)
  }

  @Test(arguments: 1...4) func `where few went together, none waits for others`(_ last: Int) {
    var pace = pace(after: last)
    pace.begin(at: start)
    #expect(pace.decision(1, at: start) == .send)
  }

  @Test func `who came before the answer waits for others from the answer on`() {
    var pace = LookupPace()
    pace.send(10, at: start)
    pace.begin(at: start + .microseconds(100))
    let answer = start + .microseconds(900)
    pace.answer(at: answer)
    #expect(pace.decision(9, at: answer) == .wait(until: answer + pace.moment))
    #expect(pace.decision(10, at: answer) == .send)
  }
}
