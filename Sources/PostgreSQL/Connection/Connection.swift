internal import EventLoop

/// A connection in pipeline mode: sends what has gathered in a turn of the loop, and hands out what comes back.
///
/// Of its two owners the pool decides what runs here, and the loop tells when there is something to read. What shares a
/// Sync, which names the server has, and what becomes of a statement is decided by `SyncPlan`, `PreparedNames` and `Fate`.
@LoopActor final class Connection: EventHandler, TurnHandler {
  /// The pool's number for it.
  let index: Int
  /// nil once the connection has ended.
  private var link: Link?
  private let pool: Pool
  private let descriptor: Int32
  /// Whether PostgreSQL itself is at the other end, and not a pooler.
  let isDirect: Bool
  /// When it was made.
  let since = EventLoop.main.now
  /// The transaction that has it for itself.
  var owner: Transaction?

  private var outgoing: [Request] = []
  private var plan = SyncPlan()
  private var names = PreparedNames(count: StatementCache.capacity + 1)
  private var pipeline = Pipeline<Request>()
  /// How the group that is being answered ends.
  private var groupEnd = GroupEnd()
  /// What a transaction begins with behind a pooler.
  private let beginning: (statement: Statement, sql: SQL)?
  private var hasAnswer = false
  private var isCalledAtEndOfTurn = false
  private var isWatchedForWriting = false
  private var watchdog: Watchdog
  private var look: Deadline?
  /// Nothing is sent until the server has been asked to stop a statement, for it would stop that instead.
  private var isInterrupting = false

  /// Results taken before the loop gets its turn again.
  private static let resultsPerTurn = 1024

  /// Takes over a connection that is established and idle.
  init(_ arrival: Arrival, index: Int, pool: Pool) {
    (link, self.index, self.pool) = (arrival.link, index, pool)
    (descriptor, isDirect) = (arrival.link.descriptor, arrival.introduction.isDirect)
    let settings = isDirect ? nil : SessionSettings(pool.configuration).beginning(arrival.introduction.settings)
    beginning = settings.map { (Statement($0, number: nil), $0) }
    watchdog = Watchdog(limit: pool.answerLimit, at: EventLoop.main.now)
  }

  /// Begins to read. False if the connection cannot be used.
  func start() -> Bool {
    // Unsafe: libpq calls back with this pointer, only from within calls made here, while this object lives.
    let context = Unmanaged.passUnretained(self).toOpaque()
    guard let link, link.enterPipeline({ Connection.notice($0, $1) }, context) else { return false }
    return watch(for: .readable)
  }

  /// Ends the connection at once.
  func end() {
    guard let link = link.take() else { return }
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
    guard link != nil else { return lose(request, .unsent, "the connection has ended") }
    outgoing.append(request)
    callAtEndOfTurn()
  }

  private func callAtEndOfTurn() {
    guard !isCalledAtEndOfTurn else { return }
    isCalledAtEndOfTurn = true
    EventLoop.main.callAtEndOfTurn(self)
  }

  func turnEnded() {
    isCalledAtEndOfTurn = false
    pool.sends(self)
    guard link != nil else { return }
    if !isInterrupting, sendGathered() { flush() }
    takeResults()
  }

  /// Whether the turn's writes still find a place on it. Few enough that one which has to wait for a lock holds up few.
  var gathersWrites: Bool { link != nil && owner == nil && outgoing.count < 32 }

  /// Returns false if the connection was lost.
  private func sendGathered() -> Bool {
    if pipeline.isEmpty { watchdog.note(EventLoop.main.now) }
    let oldest = outgoing.lazy.map(\.since).min()
    var count = 0
    var isWell = true
    while isWell, count < outgoing.count {
      isWell = send(outgoing[count], before: count + 1 < outgoing.count ? outgoing[count + 1] : nil)
      count += 1
    }
    outgoing.removeFirst(count)
    if isWell, plan.isOpen { isWell = sync() }
    if !isWell { fail(lastError) }
    if isWell, let oldest { watch(since: oldest) }
    return isWell
  }

  private func send(_ request: Request, before next: Request?) -> Bool {
    if request.isCancelled {
      pool.ended(request, on: self)
      return true
    }
    let steps = plan.add(request.sharing, before: next?.isCancelled == false ? next?.sharing : nil)
    let isSent =
      (!steps.contains(.endsGroup) || writeSync()) && (!steps.contains(.beginsGroup) || begin())
      && (!steps.contains(.limitsLockWaits) || limitLockWaits()) && write(request)
    guard isSent else {
      request.fail(.unavailable(lastError))
      return false
    }
    request.isSent = true
    return !steps.contains(.endsItself) || sync()
  }

  /// Behind a pooler every transaction begins with what the session would have been told.
  private func begin() -> Bool {
    beginning.map { write($0.statement, $0.sql) } ?? true
  }

  /// One that waits for a row which somebody else has locked must not hold up the others of its group for long. It fails
  /// then, and each is run again by itself; so do two groups that have locked each other's rows.
  private func limitLockWaits() -> Bool { write(Statement.limitLockWaits, "") }

  private func sync() -> Bool {
    plan.end()
    return writeSync()
  }

  private func writeSync() -> Bool {
    guard let link, link.sync() else { return false }
    pipeline.append(.sync)
    return true
  }

  private func write(_ request: Request) -> Bool {
    let statement = request.statement
    guard let number = statement.number, usesNames, request.mayBeNamed(isDirect: isDirect) else {
      return writeUnnamed(request)
    }
    guard let name = prepared(statement, number, { _ in .prepare(request) }) else { return false }
    request.name = name
    guard let link, link.executePrepared(statement, request.sql) else { return false }
    pipeline.append(.execute(request))
    return true
  }

  /// What belongs to no request. Like a transaction's statements, it must not fail for what a pooler does with names.
  private func write(_ setting: Statement, _ sql: SQL) -> Bool {
    var name: PreparedNames.Use?
    if let number = setting.number, isDirect {
      name = prepared(setting, number) { .setting($0) }
      guard name != nil else { return false }
    }
    guard let link, name == nil ? link.executeUnnamed(setting, sql) : link.executePrepared(setting, sql) else {
      return false
    }
    pipeline.append(.setting(name))
    return true
  }

  /// Statements are prepared the first time, and used by their names.
  private func prepared(
    _ statement: Statement, _ number: Int, _ step: (PreparedNames.Use) -> Pipeline<Request>.Step
  ) -> PreparedNames.Use? {
    if let name = names.use(of: number) { return name }
    guard let link, link.prepare(statement, as: statement.nameBytes) else { return nil }
    let name = names.prepare(number)
    pipeline.append(step(name))
    return name
  }

  private var usesNames: Bool { isDirect || !pool.sharesSessions }

  private func writeUnnamed(_ request: Request) -> Bool {
    guard let link else { return false }
    if request.describes {
      guard link.prepare(request.statement, as: [0]) else { return false }
      pipeline.append(.prepare(request))
    }
    guard request.describes ? link.describeUnnamed() : link.executeUnnamed(request.statement, request.sql) else {
      return false
    }
    pipeline.append(.execute(request))
    return true
  }

  /// Sends what libpq has not got rid of; with a full socket the loop tells when to go on.
  private func flush() {
    guard let result = link?.flush(), result >= 0 else { return _ = fail(lastError) }
    guard isWatchedForWriting != (result == 1) else { return }
    isWatchedForWriting = result == 1
    _ = watch(for: isWatchedForWriting ? [.readable, .writable] : .readable)
  }

  // MARK: Receiving

  func ready(_ readiness: Readiness) {
    guard link != nil else { return }
    if isWatchedForWriting { flush() }
    link?.consumeInput()
    watchdog.note(EventLoop.main.now)
    takeResults()
  }

  private func takeResults() {
    var taken = 0
    while let link, !link.isBusy, !pipeline.isEmpty {
      guard taken < Self.resultsPerTurn else { return callAtEndOfTurn() }
      taken += 1
      guard take(link.next()) else { break }
    }
    if let link, link.isBad { fail(lastError) }
    if taken > 0 { pool.dispatch() }
  }

  /// Notes one event. Returns false if the connection has ended.
  private func take(_ event: Link.Event) -> Bool {
    defer { hasAnswer = if case .answer = event { true } else { false } }
    switch event {
    case .end:
      // An end without an answer before it would come again and again.
      guard hasAnswer, !isBad else { return fail(lastError) }
      pipeline.advance()
    case .sync: return settle()
    case .answer(.error(let error)) where error.endsConnection || isBad: return fail(error.message, error)
    case .answer(let answer): note(answer)
    case .unsupported: return fail("the statement does something that a pipeline cannot, such as COPY")
    }
    return true
  }

  /// The head of the pipeline got an answer; an earlier one of the same statement, an error, stays.
  private func note(_ answer: Request.Answer) {
    if case .error(let error) = answer {
      if case .sync = pipeline.head {
        groupEnd.commitFailure = error  // a deferred constraint, for example
      } else {
        groupEnd.failure = groupEnd.failure ?? error
      }
    }
    switch pipeline.head {
    case .prepare(let request):
      if let name = request.name { note(answer, ofParse: name) }
      if case .result = answer { answer.free() } else { request.answer = answer }
    case .execute(let request):
      if case .error(let error) = answer, let name = request.name { note(error, ofUse: name) }
      if case .none = request.answer { request.answer = answer } else { answer.free() }
    case .setting(let name):
      if let name { note(answer, ofParse: name) }
      answer.free()
    case .sync, nil: answer.free()
    }
  }

  /// What was skipped was not prepared.
  private func note(_ answer: Request.Answer, ofParse name: PreparedNames.Use) {
    switch answer {
    case .error(let error):
      names.note(error.sqlState, ofParse: name)
      noteSharing(error)
    case .skipped: names.forget(name)
    case .result, .none: break
    }
  }

  private func note(_ error: ServerError, ofUse name: PreparedNames.Use) {
    if error.sqlState == .invalidSQLStatementName { names.forget(name) }
    if error.rejectsPlan { pool.retire(self) }  // a new connection has new plans
    noteSharing(error)
  }

  /// Names that come and go of themselves are a pooler's doing: its sessions are shared.
  private func noteSharing(_ error: ServerError) {
    if !isDirect, error.concernsPreparation, !error.rejectsPlan { pool.findsSessionsShared(error) }
  }

  private func settle() -> Bool {
    guard let requests = pipeline.settle() else { return fail("an answer without a statement") }
    var end = groupEnd
    end.isShared = requests.count > 1
    groupEnd = GroupEnd()
    for request in requests {
      pool.ended(request, on: self)
      noteWriting(request, end)
      request.meet(.of(request.answer, request.traits, in: end), pool)
    }
    guard owner != nil || link?.isInTransaction != true else { return fail("a statement left a transaction open") }
    return link != nil
  }

  /// A server that has become read-only says so to each write.
  private func noteWriting(_ request: Request, _ end: GroupEnd) {
    switch request.answer {
    case .error(let error) where error.sqlState == .readOnlySQLTransaction: pool.refusesWrites(self)
    case .result where !request.isRead && end.failure == nil && end.commitFailure == nil: pool.takesWrites(self)
    default: break
    }
  }

  // MARK: Interrupting

  /// Whoever waited for the owner's statement has gone: asks the server to stop it, if it has it.
  func interrupt(_ request: Request) {
    guard !isInterrupting, pipeline.unsettled.contains(where: { $0 === request }), let key = link?.cancelKey() else {
      return
    }
    let limit = pool.answerLimit ?? .seconds(10)
    let deadline = EventLoop.main.schedule(after: limit) { [weak self] in
      self?.fail("the server was asked to stop a statement, and has not replied within \(limit)")
    }
    isInterrupting = onThread {
      key.send()
      onLoop { self.interrupted(deadline) }
    }
    guard !isInterrupting else { return }
    key.free()
    interrupted(deadline)
  }

  private func interrupted(_ deadline: Deadline) {
    EventLoop.main.cancel(deadline)
    isInterrupting = false
    callAtEndOfTurn()
  }

  // MARK: Loss

  private var isBad: Bool { link?.isBad ?? true }
  private var lastError: String { link?.lastError ?? "the connection was lost" }

  /// Ends the connection and decides on everything that was on it. Where PostgreSQL itself says that it ends the session,
  /// nothing that it had not answered by then was executed to its end; otherwise nobody knows. Behind a pooler it speaks
  /// for the statement whose turn it was, and not for those that may have gone elsewhere.
  @discardableResult  // false, for those who tell that the connection has ended
  private func fail(_ reason: String, _ error: ServerError? = nil, retriesReads: Bool = true) -> Bool {
    guard link != nil else { return false }
    end()
    let isServersWord = error.map { $0.endsConnection && $0.saysNotApplied } ?? false
    let (answered, head, behind) = pipeline.removeAll()
    let unsent = outgoing
    outgoing.removeAll()
    owner?.lose(reason)
    owner = nil
    pool.lost(self, reason)
    for request in answered { lose(request, .unknown, reason, retriesReads) }
    if let head { lose(head, isServersWord ? .rolledBack : .unknown, reason, retriesReads) }
    for request in behind {
      lose(request, isServersWord && isDirect ? .notExecuted : .unknown, reason, retriesReads)
    }
    for request in unsent { lose(request, .unsent, reason) }
    pool.dispatch()
    return false
  }

  private func lose(_ request: Request, _ progress: Progress, _ reason: String, _ retriesReads: Bool = true) {
    request.transaction?.lose(reason)
    request.meet(.ofLost(request.traits, progress, reason, retries: retriesReads), pool)
  }

  // MARK: Waiting too long

  /// Sees to it that a statement which was asked for at that time is answered within the limit.
  private func watch(since time: MonotonicTime?) {
    guard link != nil, let end = watchdog.look(after: time) else { return }
    if let look { EventLoop.main.cancel(look) }
    look = EventLoop.main.schedule(after: end - MonotonicTime.now()) { [weak self] in self?.lookAround() }
  }

  private func lookAround() {
    look = nil
    let now = MonotonicTime.now()
    let waiting = pipeline.unsettled.filter { $0.waiter != nil }
    let overdue = waiting.filter { watchdog.isOverdue($0.since, at: now) }
    let verdict = watchdog.verdict(isOwned: owner != nil, hasOverdue: !overdue.isEmpty, at: now)
    guard !pipeline.isEmpty else { return }
    let reason = "no answer within \(watchdog.limit ?? .zero)"
    if verdict == .end { return _ = fail(reason, retriesReads: false) }
    for request in overdue { request.giveUp(reason) }
    watch(since: waiting.lazy.filter { $0.waiter != nil }.map(\.since).min())
  }
}
