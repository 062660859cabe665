internal import ArgumentParser

/// A span of time in seconds, to the millisecond.
struct Seconds: ExpressibleByArgument {
  let duration: Duration

  init(_ duration: Duration) { self.duration = duration }

  init?(argument: String) {
    guard let seconds = Double(argument), (0...1e9).contains(seconds) else { return nil }
    duration = .milliseconds(Int64(seconds * 1000))
  }

  var defaultValueDescription: String {
    let (seconds, rest) = duration.components
    return rest == 0 ? "\(seconds)" : "\(Double(seconds) + Double(rest) / 1e18)"
  }
}

/// What the command line turns on by naming it, and a variable by a word for it.
struct Switch: ExpressibleByArgument {
  static let allValueStrings = ["1", "0"]
  let isOn: Bool

  init(_ isOn: Bool) { self.isOn = isOn }

  init?(argument: String) {
    switch argument.lowercased() {
    case "0", "false", "no", "off": isOn = false
    case "1", "true", "yes", "on": isOn = true
    default: return nil
    }
  }

  var defaultValueDescription: String { isOn ? "1" : "0" }
}

extension Setting<Switch> {
  func isOn(_ flag: Bool) throws -> Bool { try value(flag ? Switch(true) : nil).isOn }
}

extension ClosedRange where Bound: Sendable {
  /// For a setting's value: it must lie within these bounds.
  func check(_ name: String) -> @Sendable (Bound) throws -> Void {
    { value in
      guard contains(value) else {
        throw ValidationError("\(name) must be from \(lowerBound) to \(upperBound), not \(value).")
      }
    }
  }
}
