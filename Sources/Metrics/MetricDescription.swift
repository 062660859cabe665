/// What a figure is: enough to add it to the same figure of another process and to show it, for a program that has never heard of it.
public struct MetricDescription: Hashable, Sendable {
  /// What its numbers mean.
  public enum Kind: String, Sendable {
    /// Only grows.
    case counter
    /// Goes up and down.
    case gauge
    /// Counts observations by their size.
    case histogram
  }

  /// What becomes of it where several processes have it.
  public enum Mode: String, Sendable {
    /// It is added up; what processes have counted that have ended stays.
    case sum
    /// The largest of all counts, of processes that have ended too.
    case max
    /// It is added up as long as its processes live.
    case live
  }

  /// What a number counts.
  public enum Scale: String, Sendable {
    /// Things.
    case units
    /// Nanoseconds, which are shown as seconds.
    case nanoseconds
  }

  /// As Prometheus wants names, `_total` of a counter included (https://prometheus.io/docs/practices/naming/).
  public let name: String
  /// A sentence for whoever meets the name.
  public let help: String
  /// What its numbers mean.
  public let kind: Kind
  /// What becomes of it where several processes have it.
  public let mode: Mode
  /// What a number counts.
  public let scale: Scale
  /// In the order in which they are shown.
  public let labels: [Label]
  /// Of a histogram: up to what each of its buckets counts, from the least; a last one counts the rest.
  public let bounds: [UInt64]

  /// A name and a value that tell figures of one name apart.
  public struct Label: Hashable, Sendable {
    /// As Prometheus wants it.
    public let name: String
    /// Any text.
    public let value: String

    /// A label.
    public init(_ name: String, _ value: String) {
      (self.name, self.value) = (name, value)
    }
  }

  /// A figure. A line break in what is said becomes a space.
  public init(
    _ name: String, _ help: String, _ kind: Kind, _ mode: Mode, scale: Scale = .units, labels: [Label] = [],
    bounds: [UInt64] = []
  ) {
    self.name = Self.line(name)
    self.help = Self.line(help)
    (self.kind, self.mode, self.scale, self.bounds) = (kind, mode, scale, bounds)
    self.labels = labels.map { Label(Self.line($0.name), Self.line($0.value)) }
  }

  private static func line(_ text: String) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\n" ? " " : $0 }))
  }

  /// How many numbers it has: a histogram one for each bucket, and the sum of what it has observed.
  public var count: Int { kind == .histogram ? bounds.count + 2 : 1 }
}

// MARK: As text

extension MetricDescription {
  /// As it stands in memory: the name, a line of what it is, the bounds, the help, and a line a label.
  var text: String {
    let what = "\(kind.rawValue) \(mode.rawValue) \(scale.rawValue)"
    let limits = bounds.map(String.init).joined(separator: ",")
    return ([name, what, limits, help] + labels.map { "\($0.name)=\($0.value)" }).joined(separator: "\n")
  }

  /// Reads what another program has written; nil where it is no such text, or one that no monitoring would take.
  init?(text: String) {
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
    guard lines.count >= 4, Self.isName(lines[0]) else { return nil }
    let what = lines[1].split(separator: " ").map(String.init)
    guard what.count == 3, let kind = Kind(rawValue: what[0]), let mode = Mode(rawValue: what[1]),
      let scale = Scale(rawValue: what[2])
    else { return nil }
    let bounds = lines[2].split(separator: ",").map { UInt64($0) }
    let isAscending = zip(bounds, bounds.dropFirst()).allSatisfy { ($0 ?? 0) < ($1 ?? 0) }
    guard !bounds.contains(nil), isAscending, bounds.isEmpty || kind == .histogram else { return nil }
    var labels: [Label] = []
    for line in lines[4...] {
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 2, Self.isName(parts[0]), parts[0] != "le" else { return nil }
      labels.append(Label(parts[0], parts[1]))
    }
    guard Set(labels.map(\.name)).count == labels.count else { return nil }
    self.init(
      lines[0], lines[3], kind, mode, scale: scale, labels: labels, bounds: bounds.compactMap { $0 })
  }

  /// Letters, digits and underscores, and no digit first.
  private static func isName(_ text: String) -> Bool {
    guard let first = text.utf8.first, !(0x30...0x39).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
        || (0x61...0x7A).contains(byte)
    }
  }
}
