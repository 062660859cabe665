import Testing

@testable import Metrics

struct FiguresTests {
  private let memory = Memory()

  private func numbers(_ write: (MetricRegistry) -> Void) -> [UInt64]? {
    write(MetricRegistry(memory.area, process: 1))
    return memory.area.readings.first?.numbers
  }

  @Test func `a counter counts, and never falls`() {
    let numbers = numbers { registry in
      let counter = registry.counter("a_total", "A.")
      counter.add()
      counter.add(4)
      counter.reach(9)
      counter.reach(8)
    }
    #expect(numbers == [9])
  }

  @Test func `a gauge goes up and down`() {
    let numbers = numbers { registry in
      let gauge = registry.gauge("a", "A.")
      gauge.set(2)
      gauge.add(-5)
    }
    #expect(numbers == [UInt64(bitPattern: -3)])
  }

  @Test func `the most is kept`() {
    let numbers = numbers { registry in
      let gauge = registry.gauge("a", "A.", .max)
      for value in [-1, 7, 3] { gauge.raise(to: value) }
    }
    #expect(numbers == [7])
  }

  @Test func `a bucket takes what is as long as its bound, the last one the rest`() {
    let numbers = numbers { registry in
      let histogram = registry.histogram("a", "A.", bounds: [.nanoseconds(10), .nanoseconds(20)])
      for time in [-1, 0, 10, 11, 20, 21, 1000] as [Int64] { histogram.observe(nanoseconds: time) }
    }
    #expect(numbers == [3, 2, 2, 1062])
  }

  @Test func `a bound that no number holds is the longest`() {
    var bounds: [UInt64] = []
    _ = numbers { registry in
      bounds = registry.histogram("a", "A.", bounds: [.seconds(-1), .milliseconds(2), .seconds(Int64.max)]).bounds
    }
    #expect(bounds == [0, 2_000_000, UInt64(Int64.max)])
  }
}
