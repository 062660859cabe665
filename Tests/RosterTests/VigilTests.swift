import EventLoop
import Testing

@testable import roster

struct VigilTests {
  /// Seconds after the start.
  private func at(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(seconds * 1e9)) }

  /// Processes that have told at these times that they turn.
  private func signs(_ heard: [Int32: Double], isReady: Bool = true) -> [Int32: Vigil.Sign] {
    heard.mapValues { Vigil.Sign(last: at($0), patience: Vigil.patience, isReady: isReady) }
  }

  /// What is said in the last of so many seconds.
  private func verdict(
    after seconds: Int, isFull: Bool = true, isEnding: Bool = false, _ signs: (Int) -> [Int32: Vigil.Sign]
  ) -> Vigil.Verdict {
    var vigil = Vigil(at: at(0))
    var verdict = Vigil.Verdict.wait
    for second in 1...seconds {
      verdict = vigil.look(signs(second), isFull: isFull, isEnding: isEnding, at: at(Double(second)))
    }
    return verdict
  }

  @Test func `those who tell each second are well`() {
    #expect(verdict(after: 100) { signs([1: Double($0) - 0.9, 2: Double($0) - 0.1]) } == .well)
  }

  @Test func `who has been silent for more than seven seconds is replaced`() {
    #expect(verdict(after: 7) { signs([1: 0, 2: Double($0)]) } == .well)
    #expect(verdict(after: 8) { signs([1: 0, 2: Double($0)]) } == .replace(1))
  }

  @Test func `of several the longest silent one is replaced, and no other before it is`() {
    #expect(verdict(after: 20) { _ in signs([1: 2, 2: 1]) } == .replace(2))
    #expect(verdict(after: 20, isFull: false) { _ in signs([1: 2]) } == .wait)
    #expect(verdict(after: 20) { signs([1: 2]).merging(signs([2: Double($0)], isReady: false)) { $1 } } == .wait)
  }

  @Test func `who falls silent before it accepts connections is replaced as well`() {
    let silent = signs([1: 2], isReady: false)
    #expect(verdict(after: 20) { silent.merging(signs([2: Double($0)])) { $1 } } == .replace(1))
    #expect(verdict(after: 20) { _ in signs([1: 2, 2: 1], isReady: false) } == .replace(2))
  }

  @Test func `while some are ending, who does not accept connections yet is waited for`() {
    #expect(verdict(after: 20, isEnding: true) { _ in signs([1: 2]) } == .replace(1))
    #expect(verdict(after: 20, isEnding: true) { _ in signs([1: 2], isReady: false) } == .wait)
    let both = signs([1: 3]).merging(signs([2: 2], isReady: false)) { $1 }
    #expect(verdict(after: 20, isEnding: true) { _ in both } == .replace(1))
  }

  @Test func `who has not begun has a minute`() {
    let unheard = [Int32(1): Vigil.Sign(last: at(0))]
    #expect(verdict(after: 60) { _ in unheard } == .well)
    #expect(verdict(after: 61) { _ in unheard } == .replace(1))
    #expect(verdict(after: 60) { unheard.merging(signs([2: min(3, Double($0))])) { $1 } } == .wait)
  }

  @Test func `where nobody is there, nobody is well`() {
    #expect(verdict(after: 20) { _ in [:] } == .wait)
  }

  @Test(arguments: [3.1, 10, 100_000])
  func `who has stood still itself counts nobody's silence while it did`(standstill: Double) {
    var vigil = Vigil(at: at(0))
    let silent = signs([1: 0])
    func look(at seconds: Double) -> Vigil.Verdict {
      vigil.look(silent, isFull: true, isEnding: false, at: at(seconds))
    }
    for second in 1...5 { #expect(look(at: Double(second)) == .well) }
    let awake = 5 + standstill
    #expect(look(at: awake) == .well)
    for second in 1...7 { #expect(look(at: awake + Double(second)) == .well) }
    #expect(look(at: awake + 8) == .replace(1))
  }

  @Test func `a look that comes a little late is no standstill`() {
    var vigil = Vigil(at: at(0))
    let verdicts = [2, 4.5, 7.4].map { vigil.look(signs([1: 0]), isFull: true, isEnding: false, at: at($0)) }
    #expect(verdicts == [.well, .well, .replace(1)])
  }

  @Test func `what is told gives seven seconds, and ready is ready for ever`() {
    var sign = Vigil.Sign(last: at(0))
    #expect((sign.patience, sign.isReady) == (Vigil.longestBeginning, false))
    sign.isHeard(at: at(5), isReady: false)
    #expect((sign.last, sign.patience, sign.isReady) == (at(5), Vigil.patience, false))
    sign.isHeard(at: at(6), isReady: true)
    sign.isHeard(at: at(7), isReady: false)
    #expect((sign.last, sign.patience, sign.isReady) == (at(7), Vigil.patience, true))
  }
}
