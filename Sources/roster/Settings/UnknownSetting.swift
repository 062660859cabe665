/// A variable that looks like a setting and is none, so that it has no effect: mostly a slip of the pen.
struct UnknownSetting: Equatable, CustomStringConvertible {
  let variable: String
  let nearest: String

  /// Without its value, which may be a secret.
  var description: String {
    "the variable \(variable) is no setting and has no effect; the nearest setting is \(nearest)"
  }

  private static let prefix = "ROSTER_"

  /// Those of an environment, as NAME=VALUE, in its order.
  static func all(among environment: [String]) -> [UnknownSetting] {
    let variables = environment.map { entry in
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      return (name: parts[0], value: parts.count == 2 ? parts[1] : "")
    }
    let given = Set(variables.map(\.name))
    return variables.compactMap { unknown($0.name, $0.value, besides: given) }
  }

  /// A setting that may have been meant.
  private struct Candidate {
    let variable: String
    let distance: Int
    /// The part of the longer name that is different.
    let share: Double

    init(_ name: String, _ variable: String) {
      let (one, other) = (stem(name), stem(variable))
      self.variable = variable
      distance = UnknownSetting.distance(one, other)
      share = Double(distance) / Double(max(one.count, other.count, 1))
    }
  }

  /// Every name that begins as ours do; of others, those that nearly are DATABASE_URL or FCGI_WEB_SERVER_ADDRS, where that
  /// one itself is missing.
  private static func unknown(_ name: String, _ value: String, besides given: Set<String>) -> UnknownSetting? {
    let known = SettingText.all.map(\.variable)
    guard !known.contains(name), !isServiceLink(name, value) else { return nil }
    let candidates = known.map { Candidate(name, $0) }
    guard let nearest = candidates.min(by: { $0.share < $1.share }) else { return nil }
    let isOurs = name.uppercased().hasPrefix(prefix)
    let isNear = nearest.distance <= 2 && !nearest.variable.hasPrefix(prefix) && !given.contains(nearest.variable)
    return isOurs || isNear ? UnknownSetting(variable: name, nearest: nearest.variable) : nil
  }

  /// Kubernetes tells every container of the services beside it, of one named roster by ROSTER_SERVICE_HOST,
  /// ROSTER_PORT=tcp://… and ROSTER_PORT_9000_TCP_ADDR (its documentation, "Discovering services").
  private static func isServiceLink(_ name: String, _ value: String) -> Bool {
    name.contains("_SERVICE_HOST") || name.contains("_SERVICE_PORT")
      || name.contains("_PORT") && ["tcp://", "udp://", "sctp://"].contains { value.hasPrefix($0) }
      || ["_TCP_", "_UDP_", "_SCTP_"].contains { name.contains("_PORT_") && name.contains($0) }
  }

  private static func stem(_ name: String) -> [UInt8] {
    let name = name.uppercased()
    return Array((name.hasPrefix(prefix) ? name.dropFirst(prefix.count) : name[...]).utf8)
  }

  /// How many letters have to be put in, left out or exchanged (Levenshtein), or swapped with their neighbours.
  private static func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var before: [Int] = []
    var row = Array(0...other.count)
    for (i, letter) in one.enumerated() {
      var next = [i + 1]
      for (j, otherLetter) in other.enumerated() {
        var least = min(row[j + 1] + 1, next[j] + 1, row[j] + (letter == otherLetter ? 0 : 1))
        if i > 0, j > 0, letter == other[j - 1], one[i - 1] == otherLetter { least = min(least, before[j - 1] + 1) }
        next.append(least)
      }
      (before, row) = (row, next)
    }
    return row[other.count]
  }
}
