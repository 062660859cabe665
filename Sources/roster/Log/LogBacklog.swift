/// Lines that wait to be written: so many bytes at most, and a count of those for which there was no room.
///
/// One at a time writes: it takes what can be written at once, and says what became of it before it takes more. Once a line
/// had to be dropped, so are all that follow, until what waited before is written; then a line says how many are missing, at
/// their place.
struct LogBacklog {
  /// Bytes that may wait; as much as a pipe of Linux takes by itself.
  static let limit = 64 << 10
  /// Bytes beyond the limit for critical lines: who is to know why a service has ended?
  static let reserve = 64 << 10
  /// Bytes that a pipe takes whole or not at all (PIPE_BUF).
  static let longestWrite = 4096

  /// What tells that so many lines are missing.
  private let notice: @Sendable (Int) -> [UInt8]
  private var waiting: [UInt8] = []
  /// Lines without a place: behind all that waits, or where nothing waits, before what comes next.
  private var missing = 0
  /// Lines that were dropped, ever.
  private(set) var dropped = 0
  /// Lines of which a notice tells that has not been written yet; it is the first of what waits or is being written.
  private var told = 0
  /// Lines that are being written, a notice among them.
  private var writing: Int?

  init(notice: @escaping @Sendable (Int) -> [UInt8]) {
    self.notice = notice
  }

  /// Whether nothing waits, and nothing is being written.
  var isEmpty: Bool { waiting.isEmpty && writing == nil }

  /// Takes a line, which has its end, or counts it.
  mutating func add(_ line: [UInt8], isCritical: Bool) {
    let isBehindGap = missing > 0 && !isEmpty
    let room = isCritical ? Self.limit + Self.reserve : isBehindGap ? 0 : Self.limit
    guard waiting.count + line.count <= room else {
      missing += 1
      dropped += 1
      return
    }
    if isEmpty { tellMissing() }
    waiting += line
  }

  /// Whole lines to be written at once, if nobody else writes; the end of a longer one where it does not fit.
  mutating func next() -> [UInt8]? {
    guard writing == nil, !waiting.isEmpty else { return nil }
    let window = waiting.prefix(Self.longestWrite)
    let chunk = Array(window[...(window.lastIndex(of: UInt8(ascii: "\n")) ?? window.endIndex - 1)])
    waiting.removeFirst(chunk.count)
    writing = Self.lines(chunk)
    return chunk
  }

  /// What was taken is written.
  mutating func written() {
    writing = nil
    told = 0
    if waiting.isEmpty { tellMissing() }
  }

  /// What was taken cannot be written, and neither can what waits: the disk is full, or the reader is gone. All of it is missing
  /// then, and the next line tries again.
  mutating func failed() {
    let notices = told > 0 ? 1 : 0
    let lost = (writing ?? 0) + Self.lines(waiting) - notices
    missing += told + lost
    dropped += lost
    (waiting, told, writing) = ([], 0, nil)
  }

  private mutating func tellMissing() {
    guard missing > 0 else { return }
    (told, missing) = (missing, 0)
    waiting += notice(told)
  }

  private static func lines(_ bytes: [UInt8]) -> Int { bytes.count { $0 == UInt8(ascii: "\n") } }
}
