internal import EventLoop

/// A connection in pipeline mode: sends what has gathered in a turn of the loop, and hands out what comes back.
///
/// Of its two owners the pool decides what runs here, and the loop tells when there is something to read. How statements
/// are sent is `Wire`'s to decide, and what becomes of each is `Fate`'s.
@LoopActor final class Connection: EventHandler, TurnHandler {
  /// The pool's number for it.
  let index: Int
  /// nil once the connection has ended.
  var wire: Wire?
  let pool: Pool
  private let descriptor: Int32
  /// The server process, by its number.
  let server: Int32
  /// The transaction that has it for itself.
  var owner: Transaction?

  var outgoing: [Request] = []
  /// How the group that is being answered ends.
  private var groupEnd = GroupEnd()
  private var isCalledAtEndOfTurn = false
  /// What the loop watches for: the socket is full where that is writing as well.
  private var interest = Readiness.readable
  var watchdog: Watchdog
  var look: Deadline?
  /// Nothing is sent until the server has been asked to stop a statement, for it would stop that instead.
  var isInterrupting = false

  /// Results taken before the loop gets its turn again.
  private static let resultsPerTurn = 1024

  /// Takes over a connection that is established and idle.
  init(_ arrival: Arrival, index: Int, pool: Pool) {
    wire = Wire(arrival, pool.configuration, usesNames: !pool.sharesSessions)
    (descriptor, self.index, self.pool) = (arrival.link.descriptor, index, pool)
    server = arrival.link.process
    watchdog = Watchdog(limit: pool.answerLimit, at: EventLoop.main.now)
  }

  /// Begins to read. False if the connection cannot be used.
  func start() -> Bool {
    // Unsafe: libpq calls back with this pointer, only from within calls made here, while this object lives.
    let context = Unmanaged.passUnretained(self).toOpaque()
    guard let link = wire?.link, link.enterPipeline({ Connection.notice($0, $1) }, context) else { return false }
    return watch(for: interest)
  }

  /// Ends the connection at once.
  func end() {
    guard let link = wire.take()?.link else { return }
    EventLoop.main.ignore(descriptor)
    if let look { EventLoop.main.cancel(look) }
    link.end()
  }

  private func watch(for interest: Readiness) -> Bool {
    (try? EventLoop.main.watch(descriptor, for: interest, self)) != nil
  }

  private nonisolated static func notice(_ context: UnsafeMutableRawPointer?, _ text: UnsafePointer<CChar>?) {
    guard let context, let text else { return }
    let message = String(cString: text).trimmed()
    let connection = Unmanaged<Connection>.fromOpaque(context).takeUnretainedValue()
    LoopActor.assumeIsolated { connection.pool.logNotice(message) }
  }

  // MARK: Sending

  /// Takes a statement; it leaves at the end of the turn.
  func add(_ request: Request) {
    guard wire != nil else { return lose(request, .unsent, "the connection has ended") }
    outgoing.append(request)
    callAtEndOfTurn()
  }

  func callAtEndOfTurn() {
    guard !isCalledAtEndOfTurn else { return }
    isCalledAtEndOfTurn = true
    EventLoop.main.callAtEndOfTurn(self)
  }

  func turnEnded() {
    isCalledAtEndOfTurn = false
    pool.admission.endTurn(of: index)
    guard wire != nil else { return }
    if !isInterrupting, sendGathered() { flush() }
    takeResults()
  }

  /// Returns false if the connection was lost.
  private func sendGathered() -> Bool {
    if wire?.pipeline.isEmpty == true { watchdog.note(.now()) }
    let oldest = outgoing.lazy.map(\.since).min()
    var count = 0
    var isWell = true
    while isWell, count < outgoing.count {
      isWell = send(outgoing[count], before: count + 1 < outgoing.count ? outgoing[count + 1] : nil)
      count += 1
    }
    let hasLeftRoom = outgoing.prefix(count).contains { !$0.isSent }
    outgoing.removeFirst(count)
    guard isWell, wire?.endTurn() == true else { return fail(lastError) }
    if let oldest { watch(since: oldest) }
    if hasLeftRoom { pool.dispatch() }
    return true
  }

  private func send(_ request: Request, before next: Request?) -> Bool {
    if request.isGone {
      pool.withdrew(request, from: self)
      return true
    }
    if wire?.send(request, before: next) == true { return true }
    if !request.isSent { request.fail(.unavailable(lastError)) }
    return false
  }

  /// Sends what libpq has not got rid of; with a full socket the loop tells when to go on.
  private func flush() {
    guard let result = wire?.link.flush(), result >= 0 else { return _ = fail(lastError) }
    let wanted: Readiness = result == 1 ? [.readable, .writable] : .readable
    guard interest != wanted else { return }
    interest = wanted
    _ = watch(for: interest)
  }

  // MARK: Receiving

  func ready(_ readiness: Readiness) {
    guard wire != nil else { return }
    if interest.contains(.writable) { flush() }
    wire?.link.consumeInput()
    let now = MonotonicTime.now()  // the turn began before it waited for this
    pool.heard(from: self, silentSince: watchdog.progress, at: now)
    watchdog.note(now)
    takeResults()
  }

  private func takeResults() {
    var taken = 0
    // A copy of the wire would have to be copied in full with the first change.
    while let link = wire?.link, !link.isBusy, wire?.pipeline.isEmpty == false {
      guard taken < Self.resultsPerTurn else { return callAtEndOfTurn() }
      taken += 1
      guard take(link.next()) else { break }
    }
    if wire?.link.isBad == true { fail(lastError) }
    guard taken > 0 else { return }
    if wire != nil { pool.pulse.noteAnswer(at: EventLoop.main.now) }
    pool.dispatch()
  }

  /// Notes one event. Returns false if the connection has ended.
  private func take(_ event: Link.Event) -> Bool {
    switch event {
    case .end:
      guard !isBad, wire?.advance() == true else { return fail(lastError) }
    case .sync: return settle()
    case .answer(.error(let error)) where error.endsConnection || isBad: return fail(error.message, error)
    case .answer(let answer):
      if case .error(let error) = answer { note(error) }
      wire?.note(answer)
    case .unsupported: return fail("the statement does something that a pipeline cannot, such as COPY")
    }
    return true
  }

  private func note(_ error: ServerError) {
    let isOfCommit = if case .sync = wire?.pipeline.head { true } else { false }
    groupEnd.note(error, ofCommit: isOfCommit)
    if error.rejectsPlan {
      pool.retire(self)  // a new connection has new plans
    } else if error.concernsPreparation, wire?.isDirect == false {
      pool.findsSessionsShared(error)
    }
  }

  /// Nothing is prepared any more, if it is a pooler that this connection leads to.
  func doWithoutNames() {
    if wire?.isDirect == false { wire?.usesNames = false }
  }

  private func settle() -> Bool {
    guard let requests = wire?.settle() else { return fail("an answer without a statement") }
    var end = groupEnd
    end.isShared = requests.count > 1
    groupEnd = GroupEnd()
    for request in requests {
      pool.ended(request, of: requests.count, on: self)
      noteWriting(request, end)
      request.meet(.of(request.answer, request.traits, in: end), pool)
    }
    guard owner != nil || wire?.link.isInTransaction != true else {
      return fail("a statement left a transaction open")
    }
    return wire != nil
  }

  /// A server that has become read-only says so to each write.
  private func noteWriting(_ request: Request, _ end: GroupEnd) {
    switch request.answer {
    case .error(let error) where error.sqlState == .readOnlySQLTransaction: pool.refusesWrites(self)
    case .result where end.errors == nil && !request.isRead: pool.takesWrites(self)
    default: break
    }
  }
}
