import Testing

@testable import roster

struct LatencyTests {
  private func latency(_ buckets: [Double: Double]) -> Latency {
    var latency = Latency()
    for (bound, count) in buckets { latency.add(count, upTo: bound) }
    return latency
  }

  @Test func `a share of the requests lies where Prometheus' histogram_quantile puts it`() {
    let latency = latency([0.1: 50, 0.2: 40, 0.5: 9, .infinity: 1])
    #expect(latency.count == 100)
    #expect(latency.quantile(0.25) == .seconds(0.05))
    #expect(latency.quantile(0.5) == .seconds(0.1))
    #expect(latency.quantile(0.9) == .seconds(0.2))
    #expect(latency.quantile(0.99) == .seconds(0.5))
    #expect(latency.quantile(1) == .more(0.5))
    #expect(latency.slowest == .more(0.5))
  }

  @Test func `buckets that have nothing say nothing`() {
    let latency = latency([0.1: 0, 0.2: 4, 0.5: 0, .infinity: 0])
    #expect(latency.quantile(0) == .seconds(0.1))
    #expect(latency.quantile(0.5) == .seconds(0.15000000000000002))
    #expect(latency.slowest == .seconds(0.2))
    #expect(self.latency([0.1: 0, .infinity: 0]).quantile(0.5) == nil)
    #expect(Latency().quantile(0.99) == nil)
    #expect(Latency().slowest == nil)
    #expect(self.latency([.infinity: 3]).quantile(0.5) == .more(0))
  }

  @Test func `what has come since is never less than none`() {
    let before = latency([0.1: 5, 0.2: 7])
    #expect(latency([0.1: 8, 0.2: 7]).since(before) == latency([0.1: 3, 0.2: 0]))
    #expect(latency([0.1: 2, 0.2: 9]).since(before) == latency([0.1: 0, 0.2: 2]))
    #expect(latency([0.1: 2, 0.3: 9]).since(before) == latency([0.1: 0, 0.3: 9]))
    #expect(before.since(nil) == before)
  }
}
