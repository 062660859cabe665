internal import EventLoop

/// Whether the database answers, for who wants to know at once. Pure: answers and the clock come in.
struct Pulse {
  /// What answered so lately need not be asked.
  private static let fresh = Duration.seconds(1)
  /// What has not answered for so long does not.
  private static let silence = Duration.seconds(2)

  enum Verdict: Equatable {
    case alive, dead
    /// It has to be asked.
    case unknown
  }

  private var answered: MonotonicTime?
  /// Since when it has been asked, without an answer to anything.
  private var silentSince: MonotonicTime?
  private var isAsked = false

  /// It has answered a statement.
  mutating func noteAnswer(at now: MonotonicTime) {
    (answered, silentSince) = (now, nil)
  }

  /// Notes that it is being asked; returns whether it is not already.
  mutating func beginToAsk(at now: MonotonicTime) -> Bool {
    guard !isAsked else { return false }
    (isAsked, silentSince) = (true, silentSince ?? now)
    return true
  }

  /// The question has ended, one way or another.
  mutating func endAsking() { isAsked = false }

  /// With so many connections.
  func verdict(connections: Int, at now: MonotonicTime) -> Verdict {
    guard connections > 0 else { return .dead }
    if let answered, now - answered < Self.fresh { return .alive }
    guard let silentSince, now - silentSince >= Self.silence else { return .unknown }
    return .dead
  }
}

extension Pool {
  /// How long whoever asks for the database's health waits for it to answer.
  private static let patience = Duration.milliseconds(40)

  /// Whether the database answers statements. Says so within 40 ms, whatever waits in front of it: as long as a server has been
  /// silent for less than two seconds, it is taken to be slow.
  public func isAlive() async -> Bool {
    switch pulse.verdict(connections: admission.state.connected, at: EventLoop.main.now) {
    case .alive: return true
    case .dead:
      ask {}
      return false
    case .unknown: break
    }
    await withUnsafeContinuation { continuation in
      var waiting: UnsafeContinuation<Void, Never>? = continuation
      let resume = { waiting.take()?.resume() ?? () }
      let deadline = EventLoop.main.schedule(after: Self.patience) { resume() }
      ask {
        EventLoop.main.cancel(deadline)
        resume()
      }
    }
    return pulse.verdict(connections: admission.state.connected, at: EventLoop.main.now) != .dead
  }

  nonisolated static let question: SQL = "SELECT 1"

  /// One question at a time; of who asks meanwhile, each waits for its own time only.
  private func ask(_ answered: @escaping @LoopActor () -> Void) {
    guard pulse.beginToAsk(at: EventLoop.main.now) else { return }
    run(Self.question, .lookup) { [self] outcome, _ in
      pulse.endAsking()
      _ = try? outcome.get()
      answered()
    }
  }
}
