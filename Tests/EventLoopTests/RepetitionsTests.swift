import Testing

@testable import EventLoop

struct RepetitionsTests {
  private let start = MonotonicTime.now()

  @Test func `what happens again and again is told at once, and then counted`() {
    var repetitions = Repetitions<String>(period: .seconds(10))
    #expect(repetitions.note("a", at: start) == .tell)
    #expect(repetitions.note("a", at: start + .seconds(1)) == .gather)
    for _ in 0..<1000 { #expect(repetitions.note("a", at: start + .seconds(2)) == .count) }
    #expect(repetitions.note("b", at: start + .seconds(2)) == .tell)
    #expect(repetitions.gathered("a", at: start + .seconds(11)) == 1001)
    #expect(repetitions.note("a", at: start + .seconds(12)) == .gather)
    #expect(repetitions.gathered("a", at: start + .seconds(22)) == 1)
  }

  @Test func `what has been quiet for long is told at once again`() {
    var repetitions = Repetitions<String>(period: .seconds(10))
    #expect(repetitions.note("a", at: start) == .tell)
    #expect(repetitions.note("a", at: start + Duration.seconds(10) + .milliseconds(1)) == .tell)
    #expect(repetitions.note("a", at: start + .seconds(11)) == .gather)
    #expect(repetitions.gathered("a", at: start + .seconds(21)) == 1)
    #expect(repetitions.note("a", at: start + .seconds(40)) == .tell)
  }
}
