internal import ArgumentParser
internal import Glibc

/// Settings that may come from the command line, from the environment, or from a default, in that order.
enum Setting {
  /// The value of an option, else of its environment variable, else nil. An empty variable counts as none.
  static func value<Value: ExpressibleByArgument>(_ option: Value?, _ variable: String) throws -> Value? {
    if let option { return option }
    guard let text = environment(variable), !text.isEmpty else { return nil }
    guard let value = Value(argument: text) else {
      throw ValidationError("The environment variable \(variable) has the value '\(text)', which is invalid.")
    }
    return value
  }

  /// A switch that the command line or the environment turns on.
  static func isOn(_ flag: Bool, _ variable: String) throws -> Bool {
    if flag { return true }
    switch environment(variable)?.lowercased() {
    case nil, "", "0", "false", "no", "off": return false
    case "1", "true", "yes", "on": return true
    case .some(let text):
      throw ValidationError("The environment variable \(variable) is '\(text)'; say 1 or 0.")
    }
  }

  /// The value, if it lies within bounds.
  static func check<Value: Comparable>(_ value: Value, _ range: ClosedRange<Value>, _ name: String) throws -> Value {
    guard range.contains(value) else {
      throw ValidationError("\(name) must be from \(range.lowerBound) to \(range.upperBound), not \(value).")
    }
    return value
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }
}

/// A span of time in seconds on the command line.
struct Seconds: ExpressibleByArgument {
  let duration: Duration

  init?(argument: String) {
    guard let seconds = Double(argument), (0...1e9).contains(seconds) else { return nil }
    duration = .milliseconds(Int64(seconds * 1000))
  }
}
