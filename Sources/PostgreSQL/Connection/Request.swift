internal import CPostgreSQL
internal import EventLoop

/// One statement on its way: from the task that waits for it, through the pool's queue, to a connection and back.
@LoopActor final class Request {
  /// Unchecked: the pointer is libpq's result, handed from one owner to the next on the loop's thread.
  enum Outcome: @unchecked Sendable {
    /// With what is known of its columns, if that is more than it tells itself.
    case result(OpaquePointer, KnownColumns?)
    case failure(DatabaseError)

    var isResult: Bool {
      if case .result = self { true } else { false }
    }

    /// Whether it is the server's, and so the same on any connection.
    var isServers: Bool {
      switch self {
      case .result, .failure(.server): true
      case .failure: false
      }
    }

    /// For an outcome that nobody gets.
    func free() {
      if case .result(let pointer, _) = self { PQclear(pointer) }
    }

    func get() throws(DatabaseError) -> QueryResult {
      switch self {
      case .result(let pointer, let known): return QueryResult(owning: pointer, known ?? KnownColumns())
      case .failure(let error): throw error
      }
    }
  }

  /// How far it has come, and what the server has answered; final with its Sync.
  enum Answer {
    /// It has not left this process.
    case unsent
    case awaited
    case result(OpaquePointer)
    /// Indirect, because it is rare and large.
    indirect case error(ServerError)
    /// Not executed, because one before it in its group failed.
    case skipped

    /// For an answer that nobody gets.
    func free() {
      if case .result(let pointer) = self { PQclear(pointer) }
    }
  }

  let sql: SQL
  let statement: Statement
  /// When it was asked for.
  let since = EventLoop.main.now
  let transaction: Transaction?
  /// What it wants of a connection.
  let demand: Demand
  /// Only describe the prepared statement, for the schema check.
  let describes: Bool
  /// Whoever waits.
  enum Waiter {
    /// Nobody yet; or never, as for a BEGIN, of which the statements behind it learn.
    case nobody
    case task(UnsafeContinuation<Outcome, Never>)
    case batch(@LoopActor (Outcome, Transit) -> Void)
    /// The same read, whose connection has fallen silent.
    case hedged(Request)
    /// It has its outcome, or was given up: an answer that still comes is nobody's.
    case gone
  }

  /// How it is sent, after it failed in another way.
  private enum Manner {
    case grouped
    case alone
    /// Alone, and parsed anew.
    case unnamed
  }

  var waiter = Waiter.nobody
  var answer = Answer.unsent
  /// The name by which it was sent, if it was.
  var name: PreparedNames.Use?
  /// What its connection knows of the results that it has by that name.
  var columns: KnownColumns?

  private var manner = Manner.grouped
  /// How it has passed through the pool, as far as that is known.
  var transit = Transit()
  /// It was run again after a lost connection, which happens once.
  private(set) var isRetry = false
  /// It was sent a second time while it waits, which happens once.
  private(set) var isHedged = false

  init(
    _ sql: SQL, _ statement: Statement, in transaction: Transaction?, _ demand: Demand? = nil, describes: Bool = false
  ) {
    let isRead = describes || statement.kind == .read
    self.demand = transaction != nil ? .transaction : demand ?? (isRead ? .read : .write)
    self.sql = sql
    self.statement = statement
    self.transaction = transaction
    self.describes = describes
  }

  /// The row that it changes, if that is known. A transaction has its connection already, and may have locked the row.
  var row: RowKey? {
    if case .row(let key) = sql.hint, transaction == nil { key } else { nil }
  }

  var want: Want {
    Want(
      demand: demand, isRead: isRead, sharesCommit: sharing == .writes, row: row,
      own: transaction?.connection?.index)
  }

  var isRead: Bool { describes || statement.kind == .read && transaction == nil }

  /// Whether it is sent by a name. What a pooler does with names must not cost a transaction.
  func mayBeNamed(isDirect: Bool) -> Bool {
    !describes && manner != .unnamed && (isDirect || transaction == nil)
  }

  /// What it shares a Sync with.
  var sharing: SyncPlan.Sharing {
    if statement === Statement.begin { return .next }
    if transaction != nil || manner != .grouped || describes { return .nothing }
    switch statement.kind {
    case .read: return .reads
    case .sharedWrite: return .writes
    case .write, .transactionControl, .sessionControl: return .nothing
    }
  }

  var traits: Traits {
    Traits(
      isRead: isRead, sharesSync: sharing == .reads || sharing == .writes, isInTransaction: transaction != nil,
      isCommit: statement === Statement.commit, isRetry: isRetry, isNamed: name != nil)
  }

  var isSent: Bool {
    if case .unsent = answer { false } else { true }
  }

  // MARK: Who waits

  var isAwaited: Bool {
    switch waiter {
    case .task, .batch, .hedged: true
    case .nobody, .gone: false
    }
  }

  var isGone: Bool {
    if case .gone = waiter { true } else { false }
  }

  // MARK: Its hedge

  /// Whether it may be sent a second time, on another connection, while it waits for its answer on this one.
  var mayBeHedged: Bool {
    isAwaited && !isHedge && !isHedged && !describes && (demand == .lookup || demand == .read)
      && statement.mayRunTwice
  }

  private var isHedge: Bool {
    if case .hedged = waiter { true } else { false }
  }

  /// The same once more. Whichever is answered first has the answer of both.
  func hedge() -> Request {
    isHedged = true
    let hedge = Request(sql, statement, in: nil, demand)
    hedge.waiter = .hedged(self)
    return hedge
  }

  /// Takes what its hedge was answered with, unless it was answered itself, or the hedge only had no luck.
  private func takeOver(_ outcome: Outcome, _ transit: Transit) {
    guard outcome.isServers else { return isHedged = false }
    guard isAwaited else { return outcome.free() }
    self.transit.server = transit.server  // it had its turn when it was sent the first time
    finish(outcome)  // its own answer is nobody's
  }

  // MARK: Its end

  /// For the task that has waited for the outcome, and is told for how long.
  func get(_ outcome: Outcome) throws(DatabaseError) -> QueryResult {
    transit.note(since: since)
    return try outcome.get()
  }

  func finish(_ outcome: Outcome) {
    let waiter = waiter
    self.waiter = .gone
    switch waiter {
    case .task(let continuation): continuation.resume(returning: outcome)
    case .batch(let answer): answer(outcome, transit)
    case .hedged(let request): request.takeOver(outcome, transit)
    case .nobody, .gone: break
    }
  }

  func fail(_ error: DatabaseError) {
    finish(.failure(error))
  }

  /// Does what was decided.
  func meet(_ fate: Fate, _ pool: Pool) {
    if case .deliver = fate { return deliver() }
    clear()
    (name, columns) = (nil, nil)
    switch fate {
    case .deliver: break
    case .fail(let error):
      if case .server(let error) = error { transaction?.fail(error) }
      fail(error)
    case _ where isHedge: fail(.unavailable("what it was sent for is still on its way"))
    case .submit: pool.submit(self)
    case .runAlone, .runUnnamed:
      manner = if case .runAlone = fate { .alone } else { .unnamed }
      pool.submit(self)
    case .runLater:
      isRetry = true
      _ = EventLoop.main.schedule(after: .milliseconds(10)) { pool.submit(self) }
    }
  }

  /// Gives the answer to whoever waits, or drops it.
  private func deliver() {
    guard case .result(let pointer) = answer, isAwaited else { return clear() }
    answer = .unsent
    finish(.result(pointer, columns))
  }

  /// Frees an answer that nobody gets.
  private func clear() {
    answer.free()
    answer = .unsent
  }

  /// It is on its way, and its answer, which may come later, will be nobody's.
  func giveUp(_ reason: String) {
    fail(isRead ? .unavailable(reason) : .outcomeUnknown(reason))
  }
}
