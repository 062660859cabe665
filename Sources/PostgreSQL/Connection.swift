internal import CPostgreSQL
internal import EventLoop

/// A connection in pipeline mode: sends what has gathered in a turn of the loop, and hands out what comes back.
///
/// Of its two owners the pool decides what runs here, and the loop tells when there is something to read.
@LoopActor final class Connection: EventHandler {
  /// The pool's number for it.
  let index: Int
  // Unsafe: libpq's own memory, freed in `end()` and used nowhere after. nil once the connection has ended.
  private var link: OpaquePointer?
  private let pool: Pool
  private let descriptor: Int32
  /// The transaction that has it for itself.
  var owner: Transaction?

  private var outgoing: [Request] = []
  private var pipeline = Pipeline<Request>()
  private var isPrepared = [Bool](repeating: false, count: StatementCache.capacity)
  /// The Sync after the last statement is still to be sent.
  private var groupIsOpen = false
  private var isCalledAtEndOfTurn = false
  private var isWatchedForWriting = false
  private var progress = EventLoop.main.now
  private var watchdog: Deadline?

  /// Results taken before the loop gets its turn again.
  private static let resultsPerTurn = 1024

  /// Takes over a connection that is established and idle.
  init(owning link: OpaquePointer, index: Int, pool: Pool) {
    (self.link, self.index, self.pool) = (link, index, pool)
    descriptor = PQsocket(link)
  }

  /// Begins to read. False if the connection cannot be used.
  func start() -> Bool {
    guard let link, PQsetnonblocking(link, 1) == 0, PQenterPipelineMode(link) == 1 else { return false }
    // Unsafe: libpq calls back with this pointer, only from within calls made here, while this object lives.
    PQsetNoticeProcessor(
      link, { context, text in Connection.notice(context, text) }, Unmanaged.passUnretained(self).toOpaque())
    return watch(for: .readable)
  }

  /// Ends the connection at once.
  func end() {
    guard let link = link.take() else { return }
    EventLoop.main.ignore(descriptor)
    if let watchdog { EventLoop.main.cancel(watchdog) }
    PQfinish(link)
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

  /// Takes a statement back that has not left.
  func remove(_ request: Request) -> Bool {
    guard let index = outgoing.firstIndex(where: { $0 === request }) else { return false }
    outgoing.remove(at: index)
    return true
  }

  private func callAtEndOfTurn() {
    guard !isCalledAtEndOfTurn else { return }
    isCalledAtEndOfTurn = true
    EventLoop.main.callAtEndOfTurn(self)
  }

  func turnEnded() {
    isCalledAtEndOfTurn = false
    guard link != nil else { return }
    if sendGathered() { flush() }
    takeResults()
  }

  /// Returns false if the connection was lost.
  private func sendGathered() -> Bool {
    if pipeline.isEmpty { progress = EventLoop.main.now }
    var count = 0
    var isWell = true
    while isWell, count < outgoing.count {
      isWell = sendInGroup(outgoing[count])
      count += 1
    }
    outgoing.removeFirst(count)
    if isWell, groupIsOpen { isWell = sync() }
    if !isWell { fail(lastError) }
    startWatchdog()
    return isWell
  }

  /// All reads of the turn share a Sync, and so one transaction and one write; everything else has its own, since a
  /// Sync is what commits. BEGIN goes with the statement after it.
  private func sendInGroup(_ request: Request) -> Bool {
    let closesGroup = groupIsOpen && !request.isGroupable && !beganTransaction
    guard !closesGroup || sync(), send(request) else {
      request.fail(.unavailable(lastError))
      return false
    }
    groupIsOpen = true
    beganTransaction = request.statement === Statement.begin
    return request.isGroupable || beganTransaction || sync()
  }
  private var beganTransaction = false

  private func sync() -> Bool {
    guard PQpipelineSync(link) == 1 else { return false }
    pipeline.append(.sync)
    (groupIsOpen, beganTransaction) = (false, false)
    return true
  }

  private func send(_ request: Request) -> Bool {
    let statement = request.statement
    if request.describes { return sendDescription(request) }
    guard let number = statement.number, !request.runsAlone else { return sendUnnamed(request) }
    if !isPrepared[number] {
      guard sendPrepare(statement.nameBytes, statement) else { return false }
      pipeline.append(.prepare(request))
      isPrepared[number] = true
    }
    let isSent = request.sql.withValues { values in
      statement.nameBytes.withUnsafeBufferPointer {
        PQsendQueryPrepared(link, $0.baseAddress, values.count, values.starts, values.lengths, values.formats, 1) == 1
      }
    }
    if isSent { pipeline.append(.execute(request)) }
    return isSent
  }

  private func sendUnnamed(_ request: Request) -> Bool {
    let statement = request.statement
    let isSent = request.sql.withValues { values in
      statement.textBytes.withUnsafeBufferPointer {
        PQsendQueryParams(
          link, $0.baseAddress, values.count, statement.types, values.starts, values.lengths, values.formats, 1) == 1
      }
    }
    if isSent { pipeline.append(.execute(request)) }
    return isSent
  }

  private func sendDescription(_ request: Request) -> Bool {
    guard sendPrepare([0], request.statement) else { return false }
    pipeline.append(.prepare(request))
    guard PQsendDescribePrepared(link, "") == 1 else { return false }
    pipeline.append(.execute(request))
    return true
  }

  private func sendPrepare(_ name: ContiguousArray<CChar>, _ statement: Statement) -> Bool {
    name.withUnsafeBufferPointer { name in
      statement.textBytes.withUnsafeBufferPointer { text in
        PQsendPrepare(link, name.baseAddress, text.baseAddress, Int32(statement.types.count), statement.types) == 1
      }
    }
  }

  /// Sends what libpq has not got rid of; with a full socket the loop tells when to go on.
  private func flush() {
    let result = PQflush(link)
    guard result >= 0 else { return fail(lastError) }
    guard isWatchedForWriting != (result == 1) else { return }
    isWatchedForWriting = result == 1
    _ = watch(for: isWatchedForWriting ? [.readable, .writable] : .readable)
  }

  // MARK: Receiving

  func ready(_ readiness: Readiness) {
    guard link != nil else { return }
    if isWatchedForWriting { flush() }
    // What arrived before the end of the stream is still to be taken, so a failure shows below.
    _ = PQconsumeInput(link)
    takeResults()
  }

  private func takeResults() {
    var taken = 0
    while let link, PQisBusy(link) == 0, !pipeline.isEmpty {
      guard taken < Self.resultsPerTurn else { return callAtEndOfTurn() }
      taken += 1
      guard take(PQgetResult(link)) else { break }
    }
    if let link, PQstatus(link) == CONNECTION_BAD { fail(lastError) }
    if taken > 0 { pool.dispatch() }
  }

  /// Notes one result. Returns false if the connection has ended.
  private func take(_ pointer: OpaquePointer?) -> Bool {
    progress = EventLoop.main.now
    guard let pointer else {
      // A NULL without a result before it would come again and again.
      guard hasResult, PQstatus(link) != CONNECTION_BAD else { return lose(lastError) }
      hasResult = false
      pipeline.advance()
      return true
    }
    hasResult = true
    switch PQresultStatus(pointer) {
    case PGRES_PIPELINE_SYNC:
      PQclear(pointer)
      hasResult = false
      return settle()
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: answer(.result(pointer))
    case PGRES_PIPELINE_ABORTED:
      PQclear(pointer)
      answer(.skipped)
    case PGRES_FATAL_ERROR:
      let error = QueryResult(owning: pointer).error
      guard !error.endsConnection, PQstatus(link) != CONNECTION_BAD else {
        return lose(error.message, isSaidByServer: error.endsConnection)
      }
      answer(.error(error))
    default:
      PQclear(pointer)
      return lose("the statement does something that a pipeline cannot, such as COPY")
    }
    return true
  }

  private var hasResult = false

  /// The head of the pipeline got an answer; an earlier error of the same statement stays.
  private func answer(_ answer: Request.Answer) {
    switch pipeline.head {
    case .prepare(let request): note(answer, for: request, isPreparation: true)
    case .execute(let request): note(answer, for: request, isPreparation: false)
    case .sync:  // the transaction failed at its end, by a deferred constraint for example
      if case .error(let error) = answer { commitError = error }
    case nil: break
    }
  }
  private var commitError: ServerError?

  private func note(_ answer: Request.Answer, for request: Request, isPreparation: Bool) {
    if case .result(let pointer) = answer, isPreparation { return PQclear(pointer) }
    if isPreparation, let number = request.statement.number, !request.describes { isPrepared[number] = false }
    if case .none = request.answer { request.answer = answer }
  }

  private func settle() -> Bool {
    guard let requests = pipeline.settle() else { return lose("an answer without a statement") }
    let failure = commitError.take()
    for request in requests {
      pool.ended(request, on: self)
      if let failure { fail(request, failure, isAlone: requests.count == 1) } else { settle(request) }
    }
    guard owner != nil || !isInTransaction else { return lose("a statement left a transaction open") }
    return link != nil
  }

  /// libpq knows only while nothing else is on its way.
  private var isInTransaction: Bool {
    [PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus(link))
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

  // MARK: Loss

  private var lastError: String {
    PQerrorMessage(link).map { String(cString: $0).trimmed() } ?? "the connection was lost"
  }

  private func lose(_ reason: String, isSaidByServer: Bool = false) -> Bool {
    fail(reason, isSaidByServer: isSaidByServer)
    return false
  }

  /// Ends the connection and decides on everything that was on it. When the server itself said that it ends the
  /// connection, nothing that it had not answered by then was executed to its end; otherwise nobody knows.
  private func fail(_ reason: String, isSaidByServer: Bool = false, retriesReads: Bool = true) {
    guard link != nil else { return }
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
  }

  /// Watches for a server that has stopped answering without closing the connection.
  private func startWatchdog() {
    guard watchdog == nil, link != nil, let limit = pool.answerLimit else { return }
    watchdog = EventLoop.main.schedule(after: limit) { [weak self] in self?.checkProgress(limit) }
  }

  private func checkProgress(_ limit: Duration) {
    watchdog = nil
    guard !pipeline.isEmpty else { return }
    let silence = EventLoop.main.now - progress
    guard silence < limit else { return fail("no answer within \(limit)", retriesReads: false) }
    watchdog = EventLoop.main.schedule(after: limit - silence) { [weak self] in self?.checkProgress(limit) }
  }
}
