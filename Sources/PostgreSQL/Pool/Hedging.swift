internal import EventLoop

/// When a read that waits on one connection is sent a second time, on another ("hedged", as Dean and Barroso call it in "The
/// Tail at Scale", 2013). Pure: what happens and the clock come in.
///
/// A connection can fall silent while the others are well: its server process is stopped, or waits for a disk; the network
/// has lost a packet. Whoever is on it need not wait until that shows to be the end of it.
struct Hedging {
  /// Nanoseconds. Who has been silent for less is at work; and so is who has for less than a few times of what is usual, since
  /// the server may be far away, or slow as a whole.
  static let patience: Int64 = 5_000_000
  private static let times: Int64 = 4
  private static let longest: Int64 = 60_000_000_000
  /// A server that is slow as a whole gets no more to do for it than this: of so many reads one is sent again,
  static let share = 20
  /// and so many at once, which is what a connection has at most by default.
  static let most = 64

  /// How long a connection is silent before it answers, as a moving average in nanoseconds.
  private var usual: Int64 = 0
  private var credit = most * share

  private var limit: Int64 { max(Self.patience, Self.times * usual) }

  /// A read is sent.
  mutating func noteRead() { credit = min(credit + 1, Self.most * Self.share) }

  /// A connection that has reads was silent from then until now. One that was stuck does not count for more than what is
  /// noticed at all.
  mutating func noteSilence(since time: MonotonicTime, at now: MonotonicTime) {
    let silence = min(max(0, now.nanoseconds - time.nanoseconds), 2 * limit, Self.longest)
    usual += (silence - usual) / 8
  }

  /// Whether who has said nothing since then is stuck.
  func isStuck(since time: MonotonicTime, at now: MonotonicTime) -> Bool {
    now.nanoseconds - time.nanoseconds >= limit
  }

  /// Whether one more read may be sent again, which is counted then.
  mutating func take() -> Bool {
    guard credit >= Self.share else { return false }
    credit -= Self.share
    return true
  }
}

extension Admission {
  /// The connection for the reads of one that has said nothing since then; nil: they stay where they are, because it is not
  /// stuck, or every other has something to do.
  func refuge(from index: Int, silentSince time: MonotonicTime, at now: MonotonicTime) -> Int? {
    guard state.hasSharedReads(index), hedging.isStuck(since: time, at: now) else { return nil }
    return state.refuge
  }
}

extension Pool {
  /// Something has come on a connection that has said nothing since then.
  func heard(from connection: Connection, silentSince time: MonotonicTime, at now: MonotonicTime) {
    guard admission.state.hasSharedReads(connection.index) else { return }
    admission.hedging.noteSilence(since: time, at: now)
  }

  /// Looks after a while which connections have fallen silent, and again as long as there are reads: one deadline for all.
  func lookForSilence() {
    silenceLook = EventLoop.main.schedule(at: EventLoop.main.now + Hedging.patience) { self.look() }
  }

  private func look() {
    silenceLook = nil
    guard admission.state.hasSharedReads else { return }
    let now = EventLoop.main.now
    for case let connection? in connections {
      let time = connection.watchdog.progress
      if let index = admission.refuge(from: connection.index, silentSince: time, at: now) {
        hedge(connection.waiting, on: index, at: now)
      }
    }
    lookForSilence()
  }

  private func hedge(_ reads: [Request], on index: Int, at now: MonotonicTime) {
    guard let connection = connections[index] else { return }
    for read in reads where read.mayBeHedged && admission.hedging.take() {
      let hedge = read.hedge()
      admission.enter(index, hedge.want, at: now)
      observePlace(of: hedge, on: connection)
      connection.add(hedge)
    }
  }
}
