/// A number as monitoring reads it: a line of Prometheus' text format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/).
public struct MetricSample: Equatable, Sendable {
  /// The name, which of a histogram's bucket ends in `_bucket`.
  public let name: String
  /// In the order in which they stand there.
  public let labels: [MetricDescription.Label]
  /// Any number, or none.
  public let value: Double

  /// A number of this name.
  public init(_ name: String, _ value: Double, labels: [MetricDescription.Label] = []) {
    (self.name, self.labels, self.value) = (name, labels, value)
  }

  /// The value of a label; nil where it has none of the name.
  public subscript(label: String) -> String? { labels.first { $0.name == label }?.value }

  /// Every sample of a text. A line that is none is left out: a comment, and what nobody can read.
  public static func all(_ text: String) -> [MetricSample] {
    text.utf8.split(separator: UInt8(ascii: "\n")).compactMap { MetricSample(line: $0) }
  }

  /// A sample with its name, its labels in braces if it has any, and its value; a time behind it does not count.
  private init?(line: Substring.UTF8View) {
    guard line.first != UInt8(ascii: "#") else { return nil }
    var rest = line
    let name = Self.take(&rest) { $0 != UInt8(ascii: "{") && $0 != UInt8(ascii: " ") }
    guard !name.isEmpty, let labels = Self.labels(&rest) else { return nil }
    _ = Self.take(&rest) { $0 == UInt8(ascii: " ") }
    guard let value = Double(Self.take(&rest) { $0 != UInt8(ascii: " ") }) else { return nil }
    self.init(name, value, labels: labels)
  }

  private static func labels(_ rest: inout Substring.UTF8View) -> [MetricDescription.Label]? {
    guard rest.first == UInt8(ascii: "{") else { return [] }
    var labels: [MetricDescription.Label] = []
    rest.removeFirst()
    while let next = rest.first, next != UInt8(ascii: "}") {
      let name = take(&rest) { $0 != UInt8(ascii: "=") }
      guard rest.popFirst() != nil, rest.popFirst() == UInt8(ascii: "\""), let value = value(&rest) else {
        return nil
      }
      labels.append(.init(name, value))
      if rest.first == UInt8(ascii: ",") { rest.removeFirst() }
    }
    return rest.popFirst() == nil ? nil : labels
  }

  /// The text up to a quote that no backslash stands before.
  private static func value(_ rest: inout Substring.UTF8View) -> String? {
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
      guard byte == UInt8(ascii: "\\") else {
        bytes.append(byte)
        continue
      }
      guard let escaped = rest.popFirst() else { return nil }
      bytes.append(escaped == UInt8(ascii: "n") ? UInt8(ascii: "\n") : escaped)
    }
    return nil
  }

  private static func take(_ rest: inout Substring.UTF8View, while belongs: (UInt8) -> Bool) -> String {
    let taken = rest.prefix(while: belongs)
    rest = rest.dropFirst(taken.count)
    return String(Substring(taken))
  }
}
