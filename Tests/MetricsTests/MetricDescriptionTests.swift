import Testing

@testable import Metrics

struct MetricDescriptionTests {
  private let histogram = MetricDescription(
    "shop_seconds", "How long.", .histogram, .sum, scale: .nanoseconds,
    labels: [.init("path", "/a=b/{c}"), .init("text", "a\"\\é")], bounds: [5, 10])

  @Test func `what is written is read again`() {
    #expect(MetricDescription(text: histogram.text) == histogram)
    let gauge = MetricDescription("shop_open", "", .gauge, .live)
    #expect(MetricDescription(text: gauge.text) == gauge)
  }

  @Test func `a line break cannot begin another label`() {
    let description = MetricDescription("a", "b\nc", .gauge, .live, labels: [.init("x", "1\ny=2")])
    #expect(description.labels == [.init("x", "1 y=2")])
    #expect(MetricDescription(text: description.text) == description)
  }

  @Test func `a histogram has its buckets, one for the rest, and a sum`() {
    #expect(histogram.count == 4)
    #expect(MetricDescription("a", "", .counter, .sum).count == 1)
  }

  @Test(arguments: [
    "", "a", "a\ngauge live units\n", "1a\ngauge live units\n\n", "a b\ngauge live units\n\n",
    "a\nsummary live units\n\n",
    "a\ngauge live units more\n\n", "a\ngauge live units\n1,2\n", "a\nhistogram sum units\n2,1\n",
    "a\nhistogram sum units\n1,1\n", "a\nhistogram sum units\n-1\n", "a\nhistogram sum units\n99999999999999999999\n",
    "a\ngauge live units\n\nhelp\nlabel", "a\ngauge live units\n\nhelp\nle=1",
    "a\ngauge live units\n\nhelp\nx=1\nx=2",
    "a\ngauge live units\n\nhelp\n{=1",
  ])
  func `what is no description is none`(text: String) {
    #expect(MetricDescription(text: text) == nil)
  }
}
