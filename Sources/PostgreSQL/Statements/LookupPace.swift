internal import EventLoop

/// When the keys that gather for a lookup are asked for. Pure: what happens and the clock come in.
///
/// Keys of one turn of the loop go together. While a statement is on its way, more keys gather until its answer: the
/// busier the server, the larger the batches. But they do not wait for long behind one that is slow. Where several went
/// together the last time, as many are expected again, and wait a moment for each other.
struct LookupPace {
  enum Decision: Equatable {
    case nothing
    case send
    case wait(until: MonotonicTime)
  }

  /// How long keys gather behind a statement that is on its way.
  static let patience = Duration.milliseconds(1)
  /// How many keys are waited for. Fewer are not: clients that send their next request with each answer would only be held up.
  /// Nor are more: the cost of a statement is nothing then, compared with that of its keys.
  static let worthAWait = 5...12

  /// How long as many as in the last statement wait for each other.
  var moment = Duration.microseconds(250)

  private var inFlight = 0
  /// When the last statement left; where none is on its way, when one was answered or the first key came.
  private var since = MonotonicTime(nanoseconds: 0)
  /// How many keys the next statement should have.
  private var expected = 1

  /// The first key came.
  mutating func begin(at now: MonotonicTime) {
    if inFlight == 0 { since = now }
  }

  /// A statement of so many keys leaves.
  mutating func send(_ keys: Int, at now: MonotonicTime) {
    inFlight += 1
    since = now
    expected = keys < Self.worthAWait.lowerBound ? 1 : min(keys, Self.worthAWait.upperBound)
  }

  /// A statement was answered.
  mutating func answer(at now: MonotonicTime) {
    inFlight -= 1
    if inFlight == 0 { since = now }
  }

  /// What to do with so many keys.
  func decision(_ keys: Int, at now: MonotonicTime) -> Decision {
    guard keys > 0 else { return .nothing }
    guard inFlight > 0 || keys < expected else { return .send }
    let end = since + (inFlight > 0 ? Self.patience : moment)
    return end > now ? .wait(until: end) : .send
  }
}
