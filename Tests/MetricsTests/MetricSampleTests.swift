import Testing

@testable import Metrics

struct MetricSampleTests {
  @Test func `what is shown is read again, whatever stands in its labels`() throws {
    let labels = [MetricDescription.Label("route", "/a\\b\"c\n{d},=e"), .init("method", "")]
    let families = MetricFamily.all([
      .init(MetricDescription("orders_total", "Orders.", .counter, .sum, labels: labels), [7]),
      .init(MetricDescription("depth", "Depth.", .gauge, .live), [UInt64(bitPattern: -3)]),
      .init(
        MetricDescription("age_seconds", "Age.", .histogram, .sum, scale: .nanoseconds, bounds: [500_000]),
        [2, 1, 1_500_000_000]),
    ])
    // A label keeps to one line: a line break of its value is a space from the beginning.
    let shown = [MetricDescription.Label("route", "/a\\b\"c {d},=e"), .init("method", "")]
    #expect(
      MetricSample.all(Exposition.prometheus.text(families)) == [
        .init("age_seconds_bucket", 2, labels: [.init("le", "0.0005")]),
        .init("age_seconds_bucket", 3, labels: [.init("le", "+Inf")]),
        .init("age_seconds_sum", 1.5), .init("age_seconds_count", 3), .init("depth", -3),
        .init("orders_total", 7, labels: shown),
      ])
  }

  @Test func `a line break in a label, a time behind a value, and numbers as Go writes them`() {
    #expect(MetricSample.all("a{b=\"c\\nd\"} 1e3 1700000000") == [.init("a", 1000, labels: [.init("b", "c\nd")])])
    #expect(MetricSample.all("a{b=\"c\",} +Inf\na NaN").map(\.value.isFinite) == [false, false])
    #expect(MetricSample.all("a{b=\"c\"} 1").first?["b"] == "c")
    #expect(MetricSample.all("a{b=\"c\"} 1").first?["d"] == nil)
  }

  @Test(arguments: [
    "", "# HELP a b", "a", "a ", "a{", "a{b", "a{b=", "a{b=\"", "a{b=\"c", "a{b=\"c\\", "a{b=\"c\"", "{} 1", "a x",
  ])
  func `what is no sample is left out`(line: String) {
    #expect(MetricSample.all("one 1\n\(line)\ntwo 2").map(\.name) == ["one", "two"])
  }
}
