import Testing

@testable import Metrics

struct MetricFamilyTests {
  private func reading(
    _ name: String, _ kind: MetricDescription.Kind, _ mode: MetricDescription.Mode, x label: String = "",
    bounds: [UInt64] = [], _ numbers: [UInt64]
  ) -> MetricArea.Reading {
    MetricArea.Reading(
      MetricDescription(name, "Help.", kind, mode, labels: label.isEmpty ? [] : [.init("x", label)], bounds: bounds),
      numbers)
  }

  @Test func `figures of several processes are added, by name and labels, in order`() {
    let families = MetricFamily.all([
      reading("b_total", .counter, .sum, x: "2", [1]), reading("a", .gauge, .live, [3]),
      reading("b_total", .counter, .sum, x: "1", [5]), reading("b_total", .counter, .sum, x: "2", [7]),
      reading("a", .gauge, .live, [UInt64(bitPattern: -4)]),
    ])
    #expect(families.map(\.name) == ["a", "b_total"])
    #expect(families[0].series.map(\.signed) == [-1])
    #expect(families[1].series.map(\.number) == [5, 8])
    #expect(families[1].series.map { $0.labels.map(\.value) } == [["1"], ["2"]])
  }

  @Test func `of the most the most is shown`() {
    let families = MetricFamily.all([reading("a", .gauge, .max, [3]), reading("a", .gauge, .max, [2])])
    #expect(families[0].series.map(\.number) == [3])
  }

  @Test func `histograms with different bounds get all of them, and nothing is counted too early`() {
    let families = MetricFamily.all([
      reading("a", .histogram, .sum, bounds: [10], [1, 2, 30]),
      reading("a", .histogram, .sum, bounds: [5, 10], [4, 8, 16, 50]),
    ])
    let series = families[0].series[0]
    #expect(series.buckets == [5: 4, 10: 9, MetricFamily.Series.beyond: 18])
    #expect(series.number == 80)
    #expect(series.count == 31)
  }

  @Test func `a name means one thing`() {
    let families = MetricFamily.all([reading("a", .gauge, .live, [3]), reading("a", .counter, .sum, [2])])
    #expect(families.map(\.kind) == [.gauge])
    #expect(families[0].series.map(\.number) == [3])
  }

  @Test func `numbers that do not fit together do not end the process`() {
    let families = MetricFamily.all([reading("a", .counter, .sum, [.max]), reading("a", .counter, .sum, [2])])
    #expect(families[0].series.map(\.number) == [1])
  }
}
