internal import EventLoop

/// A connection in pipeline mode: sends what has gathered in a turn of the loop, and hands out what comes back.
///
/// Of its two owners the pool decides what runs here, and the loop tells when there is something to read.
@LoopActor final class Connection: EventHandler, TurnHandler {
  /// The pool's number for it.
  let index: Int
  /// nil once the connection has ended.
  private var link: Link?
  private let pool: Pool
  private let descriptor: Int32
  /// The transaction that has it for itself.
  var owner: Transaction?

  private var outgoing: [Request] = []
  private var pipeline = Pipeline<Request>()
  private var isPrepared = [Bool](repeating: false, count: StatementCache.capacity + 1)
  /// The Sync after the last statement is still to be sent.
  private var groupIsOpen = false
  private var isCalledAtEndOfTurn = false
  private var isWatchedForWriting = false
  private var progress = EventLoop.main.now
  private var watchdog: (time: MonotonicTime, deadline: Deadline)?

  /// Results taken before the loop gets its turn again.
  private static let resultsPerTurn = 1024

  /// Takes over a connection that is established and idle.
  init(_ link: Link, index: Int, pool: Pool) {
    (self.link, self.index, self.pool) = (link, index, pool)
    descriptor = link.descriptor
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
    if let watchdog { EventLoop.main.cancel(watchdog.deadline) }
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
    guard link != nil else { return request.lose("the connection has ended", .unsent, pool) }
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
    if pipeline.isEmpty { progress = EventLoop.main.now }
    let oldest = outgoing.lazy.map(\.since).min()
    var count = 0
    var isWell = true
    while isWell, count < outgoing.count {
      let next = count + 1 < outgoing.count ? outgoing[count + 1] : nil
      isWell = sendInGroup(outgoing[count], before: next)
      count += 1
    }
    outgoing.removeFirst(count)
    if isWell, groupIsOpen { isWell = sync() }
    if !isWell { fail(lastError) }
    if isWell, let oldest { watch(since: oldest) }
    return isWell
  }

  /// All reads of the turn share a Sync, and so one transaction and one write; so do all writes that may share a commit.
  /// Everything else has its own, since a Sync is what commits. BEGIN goes with the statement after it.
  private func sendInGroup(_ request: Request, before next: Request?) -> Bool {
    if request.isCancelled {
      pool.ended(request, on: self)
      return true
    }
    let joinsGroup = request.isGroupable && request.isSharedWrite == groupWrites
    let closesGroup = groupIsOpen && !joinsGroup && !beganTransaction
    guard !closesGroup || sync(), !beginsSharedCommit(request, next) || limitLockWaits(like: request), send(request)
    else {
      request.fail(.unavailable(lastError))
      return false
    }
    (groupIsOpen, groupWrites) = (true, request.isSharedWrite)
    beganTransaction = request.statement === Statement.begin
    return request.isGroupable || beganTransaction || sync()
  }
  private var beganTransaction = false
  private var groupWrites = false

  private func beginsSharedCommit(_ request: Request, _ next: Request?) -> Bool {
    guard !groupIsOpen, let next else { return false }
    return [request, next].allSatisfy { $0.sharesCommit && !$0.isCancelled }
  }

  /// One that waits for a row which somebody else has locked must not hold up the others of its group for long. It fails
  /// then, and each is run again by itself; so do two groups that have locked each other's rows.
  private func limitLockWaits(like request: Request) -> Bool {
    let statement = Statement.limitLockWaits
    guard request.statement.number == nil else {
      return send(statement, StatementCache.capacity, "", preparing: .setting, executing: .setting)
    }
    guard let link, link.executeUnnamed(statement, "") else { return false }
    pipeline.append(.setting)
    return true
  }

  private func sync() -> Bool {
    guard let link, link.sync() else { return false }
    pipeline.append(.sync)
    (groupIsOpen, beganTransaction) = (false, false)
    return true
  }

  private func send(_ request: Request) -> Bool {
    let statement = request.statement
    guard !request.describes, let number = statement.number, !request.runsAlone else { return sendUnnamed(request) }
    return send(statement, number, request.sql, preparing: .prepare(request), executing: .execute(request))
  }

  /// By its name, under which it is prepared the first time.
  private func send(
    _ statement: Statement, _ number: Int, _ sql: SQL, preparing: Pipeline<Request>.Step,
    executing: Pipeline<Request>.Step
  ) -> Bool {
    if !isPrepared[number] {
      guard let link, link.prepare(statement, as: statement.nameBytes) else { return false }
      pipeline.append(preparing)
      isPrepared[number] = true
    }
    guard let link, link.executePrepared(statement, sql) else { return false }
    pipeline.append(executing)
    return true
  }

  private func sendUnnamed(_ request: Request) -> Bool {
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
    progress = EventLoop.main.now
    defer { hasAnswer = if case .answer = event { true } else { false } }
    switch event {
    case .end:
      // An end without an answer before it would come again and again.
      guard hasAnswer, !isBad else { return fail(lastError) }
      pipeline.advance()
    case .sync: return settle()
    case .answer(.error(let error)) where error.endsConnection || isBad:
      return fail(error.message, isSaidByServer: error.endsConnection)
    case .answer(let answer): note(answer)
    case .unsupported: return fail("the statement does something that a pipeline cannot, such as COPY")
    }
    return true
  }
  private var hasAnswer = false

  /// The head of the pipeline got an answer; an earlier one of the same statement, an error, stays.
  private func note(_ answer: Request.Answer) {
    switch (pipeline.head, answer) {
    case (.prepare, .result), (nil, _): answer.free()
    case (.prepare(let request), _):
      if let number = request.statement.number, !request.describes { isPrepared[number] = false }
      request.answer = answer
    case (.execute(let request), _):
      if case .none = request.answer { request.answer = answer } else { answer.free() }
    case (.setting, _):
      if case .error = answer { isPrepared[StatementCache.capacity] = false }
      answer.free()
    case (.sync, .error(let error)): commitError = error  // a deferred constraint, for example
    case (.sync, _): answer.free()
    }
  }
  private var commitError: ServerError?

  private func settle() -> Bool {
    guard let requests = pipeline.settle() else { return fail("an answer without a statement") }
    let failure = commitError.take()
    // A write that went well has been rolled back with one that did not.
    let isRolledBack = requests.count > 1 && requests.contains { $0.sharesCommit && $0.hasFailed }
    for request in requests {
      pool.ended(request, on: self)
      if let failure {
        fail(request, failure, isAlone: requests.count == 1)
      } else if isRolledBack, request.isGroupable {
        if case .error(let error) = request.answer { _ = forgets(request, error) }
        runAgain(request)
      } else {
        settle(request)
      }
    }
    guard owner != nil || link?.isInTransaction != true else { return fail("a statement left a transaction open") }
    return link != nil
  }

  /// The transaction of these statements failed at its end; each finds out alone whether it was its doing.
  private func fail(_ request: Request, _ error: ServerError, isAlone: Bool) {
    request.clear()
    guard isAlone || !request.isGroupable else { return runAgain(request) }
    request.fail(.server(error))
  }

  private func settle(_ request: Request) {
    switch request.answer {
    case .skipped where request.isGroupable: runAgain(request)
    case .error(let error) where forgets(request, error): runAgain(request)
    case .error(let error):
      request.transaction?.fail(error)
      request.deliver()
    default: request.deliver()
    }
  }

  private func runAgain(_ request: Request) {
    request.clear()
    request.runsAlone = true
    pool.submit(request)
  }

  /// Whether the server no longer knows a prepared statement, or no longer accepts its plan since a table changed.
  /// It was not executed then, so it can be run again; but not within a transaction, which has failed by it.
  private func forgets(_ request: Request, _ error: ServerError) -> Bool {
    guard let number = request.statement.number, !request.runsAlone else { return false }
    switch error.sqlState {
    case .invalidSQLStatementName: isPrepared[number] = false
    case .featureNotSupported: pool.retire(self)  // a new connection has new plans
    default: return false
    }
    return request.transaction == nil
  }

  // MARK: Interrupting

  /// Nothing is sent until the server has been asked to stop, for it would stop that instead.
  private var isInterrupting = false

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

  /// Ends the connection and decides on everything that was on it. When the server itself said that it ends the
  /// connection, nothing that it had not answered by then was executed to its end; otherwise nobody knows.
  @discardableResult  // false, for those who tell that the connection has ended
  private func fail(_ reason: String, isSaidByServer: Bool = false, retriesReads: Bool = true) -> Bool {
    guard link != nil else { return false }
    end()
    let (answered, head, behind) = pipeline.removeAll()
    let unsent = outgoing
    outgoing.removeAll()
    owner?.lose(reason)
    owner = nil
    pool.lost(self, reason)
    for request in answered { request.lose(reason, .unknown, pool, retries: retriesReads) }
    head?.lose(reason, isSaidByServer ? .rolledBack : .unknown, pool, retries: retriesReads)
    for request in behind {
      request.lose(reason, isSaidByServer ? .notExecuted : .unknown, pool, retries: retriesReads)
    }
    for request in unsent { request.lose(reason, .unsent, pool) }
    pool.dispatch()
    return false
  }

  /// Sees to it that a statement which was asked for at that time is answered within the limit.
  private func watch(since time: MonotonicTime) {
    guard let limit = pool.answerLimit, link != nil else { return }
    let end = time + limit
    if let watchdog {
      guard end < watchdog.time else { return }
      EventLoop.main.cancel(watchdog.deadline)
    }
    let deadline = EventLoop.main.schedule(after: end - MonotonicTime.now()) { [weak self] in self?.giveUp(limit) }
    watchdog = (end, deadline)
  }

  /// Whoever has waited for the whole limit is told so; the statement stays where it is, since others are behind it. A
  /// transaction, and a server that has not answered anything for so long, end with the connection.
  private func giveUp(_ limit: Duration) {
    watchdog = nil
    let now = MonotonicTime.now()
    guard !pipeline.isEmpty else { return }
    let overdue = pipeline.unsettled.filter { $0.waiter != nil && now - $0.since >= limit }
    guard now - progress < limit, owner == nil || overdue.isEmpty else {
      return _ = fail("no answer within \(limit)", retriesReads: false)
    }
    for request in overdue { request.giveUp("no answer within \(limit)") }
    watch(since: pipeline.unsettled.lazy.filter { $0.waiter != nil }.map(\.since).min() ?? progress)
  }
}
