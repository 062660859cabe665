/// When to tell what happens again and again: at once when it comes up, then once a period with the number of times. The clock is a
/// parameter.
public struct Repetitions<Cause: Hashable> {
  /// What to do about one time.
  public enum Action: Sendable {
    /// Tell it.
    case tell
    /// Count from now on, and ask for the number after the period.
    case gather
    /// It is counted.
    case count
  }

  private struct Entry {
    var told: MonotonicTime
    var count = 0
  }

  /// How long is counted before the number is told.
  public let period: Duration
  /// Causes that are remembered. Beyond it those are forgotten of which no number has to be told.
  private static var capacity: Int { 256 }
  private var entries: [Cause: Entry] = [:]

  /// Nothing has happened yet.
  public init(period: Duration) {
    self.period = period
  }

  /// It has happened.
  public mutating func note(_ cause: Cause, at now: MonotonicTime) -> Action {
    guard var entry = entries[cause], entry.count > 0 || now - entry.told <= period else {
      if entries.count >= Self.capacity { entries = entries.filter { $0.value.count > 0 } }
      entries[cause] = Entry(told: now)
      return .tell
    }
    entry.count += 1
    entries[cause] = entry
    return entry.count == 1 ? .gather : .count
  }

  /// How often it has happened since it was last told.
  public mutating func gathered(_ cause: Cause, at now: MonotonicTime) -> Int {
    defer { entries[cause] = Entry(told: now) }
    return entries[cause]?.count ?? 0
  }
}

/// Tells what happens again and again as ``Repetitions`` says, on the loop.
@LoopActor public final class RepetitionTeller<Cause: Hashable & Sendable> {
  private var repetitions: Repetitions<Cause>

  /// Nothing has happened yet.
  public init(period: Duration) {
    repetitions = Repetitions(period: period)
  }

  /// It has happened. `subject` is what is to be told of this time, and made only if it is: `tell` is called with it now and without a
  /// number, or after the period with the number of times.
  public func note<Subject>(
    _ cause: Cause, _ subject: @autoclosure () -> Subject, tell: @escaping @LoopActor (Subject, _ count: Int?) -> Void
  ) {
    switch repetitions.note(cause, at: EventLoop.main.now) {
    case .tell: tell(subject(), nil)
    case .gather:
      let subject = subject()
      _ = EventLoop.main.schedule(after: repetitions.period) { [self] in
        tell(subject, repetitions.gathered(cause, at: EventLoop.main.now))
      }
    case .count: break
    }
  }
}
