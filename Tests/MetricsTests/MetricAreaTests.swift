import Testing

@testable import Metrics

struct MetricAreaTests {
  private let memory = Memory(4096)

  @Test func `memory that is too short, or begins within a word, is none`() {
    #expect(MetricArea(memory.bytes, bytes: 63) == nil)
    #expect(MetricArea(memory.bytes + 1, bytes: 1024) == nil)
    #expect(MetricArea(memory.bytes, bytes: 64) != nil)
  }

  @Test func `where nobody has written there is nobody and nothing`() {
    #expect(memory.area.owner == nil)
    #expect(memory.area.readings == [])
  }

  @Test func `another process reads whose it is, what it is and how much`() {
    let registry = MetricRegistry(memory.area, process: 7, place: 2, generation: 3, started: 99)
    registry.counter("a_total", "A.", labels: [.init("x", "y")]).add(3)
    registry.gauge("b", "B.").set(-1)
    registry.beat(nanoseconds: 5)
    #expect(memory.area.owner == MetricArea.Owner(process: 7, place: 2, generation: 3, started: 99, heartbeat: 5))
    let expected = [
      MetricArea.Reading(MetricDescription("a_total", "A.", .counter, .sum, labels: [.init("x", "y")]), [3]),
      MetricArea.Reading(MetricDescription("b", "B.", .gauge, .live), [.max]),
    ]
    #expect(memory.area.readings == expected)
    withExtendedLifetime(registry) {}
  }

  @Test func `what is cleared has nobody and nothing`() {
    _ = MetricRegistry(memory.area, process: 7).counter("a_total", "A.")
    memory.area.clear()
    #expect(memory.area.owner == nil)
    #expect(memory.area.readings == [])
  }

  @Test func `another layout is not read`() {
    _ = MetricRegistry(memory.area, process: 7).counter("a_total", "A.")
    memory.area.write(MetricArea.mark + 1, .mark)
    #expect(memory.area.owner == nil)
    #expect(memory.area.readings == [])
  }

  /// A process that is ill may write anything over anything.
  @Test func `whatever the memory has, reading it ends and stays within`() {
    var random = SystemRandomNumberGenerator()
    for round in 0..<2000 {
      let registry = MetricRegistry(memory.area, process: 7)
      for name in ["a", "b", "c"] { _ = registry.histogram(name, "Help.", bounds: [.seconds(1)]) }
      let area = memory.area
      for _ in 0..<8 {
        let index = Int.random(in: round % 2 == 0 ? 1..<64 : 8..<512, using: &random)
        area.words[index] =
          [0, 1, .max, 1 << 32, .random(in: 0 ... .max, using: &random)].randomElement(using: &random) ?? 0
      }
      #expect(area.readings.count <= 64)
      #expect(area.readings.allSatisfy { $0.numbers.count == $0.description.count })
    }
  }
}
