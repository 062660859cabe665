import EventLoop
import Testing

@testable import roster

struct VigilTests {
  /// Seconds after the start.
  private func at(_ seconds: Double) -> MonotonicTime { MonotonicTime(nanoseconds: Int64(seconds * 1e9)) }

  /// What is said in the last of so many seconds, where each was heard of last at these.
  private func verdict(
    after seconds: Int, isComplete: Bool = true, _ heard: (Int) -> [Int32: Double]
  ) -> Vigil.Verdict {
    var vigil = Vigil(at: at(0))
    var verdict = Vigil.Verdict.wait
    for second in 1...seconds {
      verdict = vigil.look(heard(second).mapValues(at), isComplete: isComplete, at: at(Double(second)))
    }
    return verdict
  }

  @Test func `those who tell each second are well`() {
    #expect(verdict(after: 100) { [1: Double($0) - 0.9, 2: Double($0) - 0.1] } == .well)
  }

  @Test func `who has been silent for more than seven seconds is replaced`() {
    #expect(verdict(after: 7) { [1: 0, 2: Double($0)] } == .well)
    #expect(verdict(after: 8) { [1: 0, 2: Double($0)] } == .replace(1))
  }

  @Test func `of several the longest silent one is replaced, and no other before it is`() {
    #expect(verdict(after: 20) { _ in [1: 2, 2: 1] } == .replace(2))
    #expect(verdict(after: 20, isComplete: false) { _ in [1: 2] } == .wait)
  }

  @Test func `where nobody is there, nobody is well`() {
    #expect(verdict(after: 20) { _ in [:] } == .wait)
  }

  @Test(arguments: [3.1, 10, 100_000])
  func `who has stood still itself counts nobody's silence while it did`(standstill: Double) {
    var vigil = Vigil(at: at(0))
    for second in 1...5 {
      #expect(vigil.look([1: at(0)], isComplete: true, at: at(Double(second))) == .well)
    }
    let awake = 5 + standstill
    #expect(vigil.look([1: at(0)], isComplete: true, at: at(awake)) == .well)
    for second in 1...7 {
      #expect(vigil.look([1: at(0)], isComplete: true, at: at(awake + Double(second))) == .well)
    }
    #expect(vigil.look([1: at(0)], isComplete: true, at: at(awake + 8)) == .replace(1))
  }

  @Test func `a look that comes a little late is no standstill`() {
    var vigil = Vigil(at: at(0))
    let verdicts = [2, 4.5, 7.4].map { vigil.look([1: at(0)], isComplete: true, at: at($0)) }
    #expect(verdicts == [.well, .well, .replace(1)])
  }
}
