internal import EventLoop

/// Numbers as a person reads them.
enum TopText {
  /// With commas: 1,234. A fraction only where it matters, below ten.
  static func number(_ value: Double) -> String {
    guard value.isFinite, value >= 0 else { return "-" }
    if value < 9.95, (value * 10).rounded() != value.rounded() * 10 { return decimal(value) }
    return number(Int(min(value, 1e15).rounded()))
  }

  static func number(_ value: Int) -> String {
    var (digits, text) = (String(value.magnitude), "")
    while digits.count > 3 {
      text = ",\(digits.suffix(3))" + text
      digits.removeLast(3)
    }
    return (value < 0 ? "-" : "") + digits + text
  }

  /// Two places that count or three: 0.35 ms, 7.5 ms, 75 ms, 1.2 s.
  static func time(_ time: Latency.Time?) -> String {
    switch time {
    case nil: "-"
    case .seconds(let seconds): duration(seconds)
    case .more(let seconds): "> \(duration(seconds))"
    }
  }

  private static func duration(_ seconds: Double) -> String {
    let milliseconds = seconds * 1000
    switch milliseconds {
    case ..<0.995: return "\(decimal(milliseconds, places: 2)) ms"
    case ..<9.95: return "\(decimal(milliseconds)) ms"
    case ..<999.5: return "\(Int(milliseconds.rounded())) ms"
    default: return "\(decimal(min(seconds, 1e9))) s"
    }
  }

  /// In MiB, or GiB where there are many.
  static func memory(_ bytes: Int) -> String {
    let size = Double(bytes) / 1_048_576
    return size < 1024 ? "\(decimal(size)) MiB" : "\(decimal(size / 1024)) GiB"
  }

  /// 2 d 03:04:05
  static func age(_ seconds: Int) -> String {
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let clock = "\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
    return seconds < 86_400 ? clock : "\(seconds / 86_400) d \(clock)"
  }

  private static func decimal(_ value: Double, places: Int = 1) -> String {
    let unit = places == 1 ? 10 : 100
    let whole = Int((value * Double(unit)).rounded())
    let rest = String(unit + whole % unit).dropFirst()
    return "\(whole / unit).\(rest)"
  }
}
