internal import Glibc
internal import Logging

/// What a line of the log tells, whatever it looks like.
struct LogEntry {
  enum Value: Equatable {
    case text(String)
    case number(Int)
    /// Milliseconds, with three digits behind the point, of so many nanoseconds.
    case milliseconds(ofNanoseconds: Int64)
    case yes
  }

  var level: Logger.Level
  var message: String
  var fields: [(name: String, value: Value)] = []

  /// Its line, at a time, of a process.
  func line(_ layout: LogLayout, at time: timespec = .now(), process: pid_t = getpid()) -> [UInt8] {
    switch layout {
    case .text: LogLine.bytes("\(LogLine.time(time)) \(text(process))")
    case .journal: LogLine.bytes("<\(level.priority)>\(text(process))")
    case .logfmt, .json: structured(layout, LogLine.time(time), process)
    }
  }

  private func text(_ process: pid_t) -> String {
    var line = "\(level) [\(process)] \(LogLine.escaped(message))"
    for (name, value) in fields { line += " \(name)=\(LogLine.escaped(value.text))" }
    return line
  }

  /// The longest values are cut until the line fits, so that what follows them is there, and it can be read; fields that have no
  /// place even then are left out.
  private func structured(_ layout: LogLayout, _ time: String, _ process: pid_t) -> [UInt8] {
    let head: [(String, Value)] = [("time", .text(time)), ("level", .text("\(level)")), ("msg", .text(message))]
    var fields = head + [("pid", .number(Int(process)))] + fields
    while true {
      var length = 0
      for limit in LogLine.limits {
        let bytes = layout == .json ? LogLine.json(fields, limit) : LogLine.logfmt(fields, limit)
        length = bytes.count
        if length <= LogLine.longest { return bytes }
      }
      // Half of the share that is too much, so that not more go than have to.
      fields.removeLast(max(1, fields.count * (length - LogLine.longest) / length / 2))
    }
  }
}

extension LogEntry.Value {
  /// As it stands where nothing has to be quoted.
  var text: String {
    switch self {
    case .text(let text): text
    case .number(let number): "\(number)"
    case .milliseconds(let nanoseconds):
      "\(max(0, nanoseconds) / 1_000_000).\(String(1000 + max(0, nanoseconds) / 1000 % 1000).dropFirst())"
    case .yes: "true"
    }
  }
}

extension Logger.Level {
  /// That of syslog(3).
  fileprivate var priority: Int {
    switch self {
    case .critical: 2
    case .error: 3
    case .warning: 4
    case .notice: 5
    case .info: 6
    case .debug, .trace: 7
    }
  }
}

extension timespec {
  /// The time of day.
  static func now() -> timespec {
    var now = timespec()
    clock_gettime(CLOCK_REALTIME, &now)
    return now
  }
}
