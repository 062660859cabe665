/// All figures of one name, as a service shows them.
public struct MetricFamily: Equatable, Sendable {
  /// The name, `_total` of a counter included.
  public let name: String
  /// A sentence for whoever meets it.
  public let help: String
  /// What its numbers mean.
  public let kind: MetricDescription.Kind
  /// What a number counts.
  public let scale: MetricDescription.Scale
  /// By their labels.
  public internal(set) var series: [Series]

  /// A figure of a service.
  public struct Series: Equatable, Sendable {
    /// In the order of their declaration.
    public let labels: [MetricDescription.Label]
    /// Its number, or the sum of what was observed.
    public internal(set) var number: UInt64 = 0
    /// Of a histogram: how many observations there were up to each bound, and beyond the one before.
    public internal(set) var buckets: [UInt64: UInt64] = [:]

    /// The bound of what is beyond the last one.
    public static let beyond = UInt64.max

    /// How many observations there were.
    public var count: UInt64 { buckets.values.reduce(0, &+) }
    /// A gauge's number, which may be negative.
    public var signed: Int64 { Int64(bitPattern: number) }

    fileprivate mutating func add(_ reading: MetricArea.Reading) {
      let (description, numbers) = (reading.description, reading.numbers)
      guard description.kind == .histogram else {
        let first = numbers.first ?? 0
        return number = description.mode == .max ? max(number, first) : number &+ first
      }
      for (bound, count) in zip(description.bounds + [Self.beyond], numbers) { buckets[bound, default: 0] &+= count }
      number &+= numbers.last ?? 0
    }
  }

  /// The figures of all processes of a service, sorted by their names.
  ///
  /// Where two programs mean different things by a name, what comes first counts. Histograms with different bounds get all of them: a
  /// process that has not a bound has its observations counted at its own next one, so that nothing is counted too early, and
  /// what is shown never falls.
  public static func all(_ readings: [MetricArea.Reading]) -> [MetricFamily] {
    var (families, places): ([String: MetricFamily], [String: [[MetricDescription.Label]: Int]]) = ([:], [:])
    for reading in readings {
      let what = reading.description
      var family =
        families[what.name]
        ?? MetricFamily(name: what.name, help: what.help, kind: what.kind, scale: what.scale, series: [])
      guard family.kind == what.kind, family.scale == what.scale else { continue }
      let place = places[what.name, default: [:]][what.labels] ?? family.series.count
      if place == family.series.count { family.series.append(Series(labels: what.labels)) }
      places[what.name, default: [:]][what.labels] = place
      family.series[place].add(reading)
      families[what.name] = family
    }
    return families.values.sorted { $0.name < $1.name }.map { family in
      var sorted = family
      sorted.series.sort {
        $0.labels.lexicographicallyPrecedes($1.labels) { ($0.name, $0.value) < ($1.name, $1.value) }
      }
      return sorted
    }
  }
}
