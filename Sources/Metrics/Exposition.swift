/// What monitoring reads of a service's figures.
public enum Exposition: Sendable {
  /// Prometheus' text format 0.0.4 (https://prometheus.io/docs/instrumenting/exposition_formats/).
  case prometheus
  /// OpenMetrics 1.0 (https://github.com/OpenObservability/OpenMetrics).
  case openMetrics

  /// The format that the value of a request's Accept asks for.
  public init(accept: String?) {
    self = accept?.lowercased().contains("application/openmetrics-text") == true ? .openMetrics : .prometheus
  }

  /// The value of Content-Type.
  public var contentType: String {
    switch self {
    case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
    case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
    }
  }

  /// The whole text.
  public func text(_ families: [MetricFamily]) -> String {
    var text = ""
    for family in families { write(family, to: &text) }
    return self == .openMetrics ? text + "# EOF\n" : text
  }

  private func write(_ family: MetricFamily, to text: inout String) {
    let name = name(of: family)
    text += "# HELP \(name) \(escaped(family.help, quotes: self == .openMetrics))\n"
    text += "# TYPE \(name) \(family.kind.rawValue)\n"
    for series in family.series {
      switch family.kind {
      case .counter:
        let sample = self == .openMetrics ? "\(name)_total" : name
        text += "\(sample)\(labels(series.labels)) \(number(series.number, family.scale))\n"
      case .gauge:
        let sign = series.signed < 0 ? "-" : ""
        text += "\(name)\(labels(series.labels)) \(sign)\(number(series.signed.magnitude, family.scale))\n"
      case .histogram: writeHistogram(name, series, family.scale, to: &text)
      }
    }
  }

  /// In OpenMetrics `_total` belongs to the sample of a counter, not to its name.
  private func name(of family: MetricFamily) -> String {
    let isLong = self == .openMetrics && family.kind == .counter && family.name.hasSuffix("_total")
    return isLong ? String(family.name.dropLast(6)) : family.name
  }

  /// The number of all observations is the sum of the buckets: whenever it was read, it fits them.
  private func writeHistogram(
    _ name: String, _ series: MetricFamily.Series, _ scale: MetricDescription.Scale, to text: inout String
  ) {
    var total: UInt64 = 0
    for (bound, count) in series.buckets.sorted(by: { $0.key < $1.key }) {
      total &+= count
      let limit = bound == MetricFamily.Series.beyond ? "+Inf" : decimal(bound, scale)
      text += "\(name)_bucket\(labels(series.labels + [.init("le", limit)])) \(total)\n"
    }
    text += "\(name)_sum\(labels(series.labels)) \(number(series.number, scale))\n"
    text += "\(name)_count\(labels(series.labels)) \(total)\n"
  }

  private func labels(_ labels: [MetricDescription.Label]) -> String {
    if labels.isEmpty { return "" }
    return "{" + labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }.joined(separator: ",") + "}"
  }

  private func escaped(_ text: String, quotes: Bool) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\"" where quotes: result += "\\\""
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  // MARK: Numbers

  private func number(_ value: UInt64, _ scale: MetricDescription.Scale) -> String {
    scale == .units ? String(value) : decimal(value, scale)
  }

  /// With a point, as OpenMetrics wants bounds.
  private func decimal(_ value: UInt64, _ scale: MetricDescription.Scale) -> String {
    guard scale == .nanoseconds else { return "\(value).0" }
    var digits = String(1_000_000_000 + value % 1_000_000_000).dropFirst()
    while digits.count > 1, digits.last == "0" { digits.removeLast() }
    return "\(value / 1_000_000_000).\(digits)"
  }
}
