internal import EventLoop

/// When the system gets back what has been freed: glibc keeps pages that lie between others which are still in use, and a crowd
/// of large answers leaves a worker ten mebibytes of them (malloc_trim(3)). Looking for them takes milliseconds, so that it waits
/// until nothing large has come for a while. Pure: what is in use comes in, what to do goes out.
struct HeapRest {
  /// Bytes in use, by ``MemoryAccount``, that leave something behind.
  static let much = 512 << 10
  /// How long there has been less.
  static let rest = Duration.seconds(1)

  enum Action: Equatable {
    /// Look again at that time.
    case look(MonotonicTime)
    case trim
  }

  private enum State {
    case clean
    case used(last: MonotonicTime)
  }

  private var state = State.clean

  /// So much is in use. Returns when to look, if that is not known yet.
  mutating func note(_ used: Int, at now: MonotonicTime) -> MonotonicTime? {
    guard used >= Self.much else { return nil }
    defer { state = .used(last: now) }
    if case .used = state { return nil }
    return now + Self.rest
  }

  /// What to do at the time that was returned.
  mutating func look(at now: MonotonicTime) -> Action {
    if case .used(let last) = state, now - last < Self.rest { return .look(last + Self.rest) }
    state = .clean
    return .trim
  }
}
