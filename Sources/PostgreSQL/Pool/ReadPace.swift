internal import EventLoop

/// What a read takes, going by what it took: nanoseconds for each row that it passes over, or for one execution where that is
/// not known. Pure: the times come in.
struct ReadPace {
  /// What takes longer has a connection of its own.
  static let limit = Duration.milliseconds(5)
  /// Fewer rows tell nothing: they take less than the way to the server and back.
  private static let few: Int64 = 1000

  /// An index passes over a row in a tenth of a microsecond; a first guess.
  private var row: Int64 = 100
  private var execution: Int64 = 0

  func isSlow(rows: Int64?) -> Bool {
    guard let rows else { return .nanoseconds(execution) > Self.limit }
    return rows > Self.limit.nanoseconds / max(1, row)
  }

  /// The server took so long over it. An average, so that one delay that has nothing to do with it does not count.
  mutating func note(rows: Int64?, took time: Duration) {
    let time = min(time, .seconds(60)).nanoseconds
    guard let rows else { return execution += (time - execution) / 8 }
    if rows >= Self.few { row += (max(1, time / rows) - row) / 8 }
  }
}

/// The way to the server and back, of which nobody tells: what the quickest answer took lately. Pure: the times come in.
struct Way {
  /// Nanoseconds; nil before there was an answer.
  private var least: Int64?

  /// What is left of an answer's time for the server's work. The way grows slowly where none is quick any more.
  mutating func work(of time: Int64) -> Int64 {
    let way = min(time, least.map { $0 &+ $0 / 256 &+ 1 } ?? time)
    least = way
    return time - way
  }
}

/// What each statement takes that is found by a number.
struct ReadPaces {
  private var paces: [Int: ReadPace] = [:]

  /// What a read wants that is known to be slow or large; nil: what its kind wants.
  func demand(of sql: SQL, _ statement: Statement) -> Demand? {
    guard statement.kind == .read else { return nil }
    if case .large = sql.hint { return .largeRead }
    guard let number = statement.number else { return nil }
    return (paces[number] ?? ReadPace()).isSlow(rows: sql.passedRows) ? .slowRead : nil
  }

  mutating func note(_ sql: SQL, _ statement: Statement, took time: Duration) {
    guard let number = statement.number else { return }
    paces[number, default: ReadPace()].note(rows: sql.passedRows, took: time)
  }
}

extension Duration {
  /// As far as 64 bits have it: 292 years.
  fileprivate var nanoseconds: Int64 {
    let (seconds, attoseconds) = components
    return seconds.multipliedReportingOverflow(by: 1_000_000_000).partialValue &+ attoseconds / 1_000_000_000
  }
}
