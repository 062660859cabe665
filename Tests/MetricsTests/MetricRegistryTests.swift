import Testing

@testable import Metrics

struct MetricRegistryTests {
  private let memory = Memory()
  private let other = Memory()

  private func registry(_ memory: Memory) -> MetricRegistry { MetricRegistry(memory.area, process: 1) }

  /// By name, of everything that both have.
  private func sums() -> [String: [UInt64]] {
    var sums: [String: [UInt64]] = [:]
    for reading in memory.area.readings + other.area.readings {
      let before = sums[reading.description.name] ?? reading.numbers.map { _ in 0 }
      sums[reading.description.name] = zip(before, reading.numbers).map(+)
    }
    return sums
  }

  @Test func `what is declared twice is one`() {
    let registry = registry(memory)
    registry.counter("a_total", "A.").add()
    registry.counter("a_total", "A.").add()
    #expect(memory.area.readings.map(\.numbers) == [[2]])
  }

  @Test func `what finds no room counts for nobody, and harms nothing`() {
    let small = Memory(256)
    let registry = registry(small)
    let first = registry.counter("a_total", "A.")
    let long = registry.histogram("b", String(repeating: "x", count: 256), bounds: [.seconds(1)])
    first.add()
    long.observe(nanoseconds: 5)
    #expect(small.area.readings.map(\.numbers) == [[1]])
  }

  @Test func `what counts on stays when its process ends, what lives ends with it`() {
    let ended = registry(memory)
    let living = registry(other)
    living.counter("a_total", "A.").add(3)
    living.histogram("b", "B.", bounds: [.nanoseconds(10)]).observe(nanoseconds: 7)
    living.gauge("c", "C.").set(5)
    living.gauge("d", "D.", .max).set(5)
    let before = sums()
    ended.inherit(other.area)
    #expect(other.area.owner == nil)
    #expect(sums() == before.filter { $0.key != "c" })
  }

  @Test func `the next one is added, the most is the most of all`() {
    let ended = registry(memory)
    for count in [3, 9, 4] as [UInt64] {
      let living = registry(other)
      living.counter("a_total", "A.").add(count)
      living.gauge("d", "D.", .max).set(Int(count))
      ended.inherit(other.area)
    }
    #expect(sums() == ["a_total": [16], "d": [9]])
  }

  @Test func `of a program whose figures are others all are kept`() {
    let ended = registry(memory)
    for bounds in [[Duration.nanoseconds(10)], [.nanoseconds(5), .nanoseconds(10)]] {
      registry(other).histogram("b", "B.", bounds: bounds).observe(nanoseconds: 7)
      ended.inherit(other.area)
    }
    #expect(memory.area.readings.map(\.numbers) == [[1, 0, 7], [0, 1, 0, 7]])
  }

  @Test func `who reads while something is inherited reads again`() {
    let ended = registry(memory)
    registry(other).counter("a_total", "A.").add(3)
    var reads = 0
    let sum = memory.area.consistent { () -> [UInt64]? in
      reads += 1
      let sum = sums()["a_total"]
      if reads == 1 { ended.inherit(other.area) }
      return sum
    }
    #expect(reads == 2)
    #expect(sum == [3])
  }

  @Test func `a supervisor that has ended in the middle of it keeps nobody from reading`() {
    let ended = registry(memory)
    ended.counter("a_total", "A.").add()
    memory.area.write(1, .sequence)
    #expect(memory.area.consistent { memory.area.readings.count } == 1)
  }
}
