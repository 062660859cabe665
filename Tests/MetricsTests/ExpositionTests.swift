import Testing

@testable import Metrics

struct ExpositionTests {
  private let memory = Memory()

  private var families: [MetricFamily] {
    let registry = MetricRegistry(memory.area, process: 1)
    registry.counter("shop_orders_total", "Orders.", labels: [.init("kind", "a\"b\\c")]).add(3)
    registry.counter("shop_cpu_seconds_total", "Time.", scale: .nanoseconds).add(1_020_000_000)
    registry.gauge("shop_balance", "What \"balance\" means: a\\b.").set(-2)
    let histogram = registry.histogram(
      "shop_seconds", "How long.", labels: [.init("x", "y")], bounds: [.microseconds(500), .seconds(1)])
    for time in [1, 600_000, 2_000_000_000] as [Int64] { histogram.observe(nanoseconds: time) }
    return MetricFamily.all(memory.area.readings)
  }

  @Test func `Prometheus' text`() {
    #expect(
      Exposition.prometheus.text(families) == #"""
        # HELP shop_balance What "balance" means: a\\b.
        # TYPE shop_balance gauge
        shop_balance -2
        # HELP shop_cpu_seconds_total Time.
        # TYPE shop_cpu_seconds_total counter
        shop_cpu_seconds_total 1.02
        # HELP shop_orders_total Orders.
        # TYPE shop_orders_total counter
        shop_orders_total{kind="a\"b\\c"} 3
        # HELP shop_seconds How long.
        # TYPE shop_seconds histogram
        shop_seconds_bucket{x="y",le="0.0005"} 1
        shop_seconds_bucket{x="y",le="1.0"} 2
        shop_seconds_bucket{x="y",le="+Inf"} 3
        shop_seconds_sum{x="y"} 2.000600001
        shop_seconds_count{x="y"} 3

        """#)
  }

  @Test func `OpenMetrics names a counter without its ending, and says where the text ends`() {
    let text = Exposition.openMetrics.text(families)
    #expect(text.contains("# TYPE shop_orders counter\nshop_orders_total{kind=\"a\\\"b\\\\c\"} 3\n"))
    #expect(text.contains(##"# HELP shop_balance What \"balance\" means: a\\b."##))
    #expect(text.hasSuffix("} 3\n# EOF\n"))
  }

  @Test func `Accept chooses`() {
    #expect(Exposition(accept: nil) == .prometheus)
    #expect(Exposition(accept: "text/plain;version=0.0.4;q=0.3,*/*;q=0.2") == .prometheus)
    #expect(
      Exposition(accept: "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;q=0.3,*/*;q=0.1")
        == .openMetrics)
    #expect(Exposition.prometheus.contentType == "text/plain; version=0.0.4; charset=utf-8")
    #expect(Exposition.openMetrics.contentType == "application/openmetrics-text; version=1.0.0; charset=utf-8")
  }
}
