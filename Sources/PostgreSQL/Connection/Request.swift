internal import CPostgreSQL
internal import EventLoop

/// One statement on its way: from the task that waits for it, through the pool's queue, to a connection and back.
@LoopActor final class Request {
  /// Unchecked: the pointer is libpq's result, handed from one owner to the next on the loop's thread.
  enum Outcome: @unchecked Sendable {
    case result(OpaquePointer)
    case failure(DatabaseError)

    var isResult: Bool {
      if case .result = self { true } else { false }
    }

    func get() throws(DatabaseError) -> QueryResult {
      switch self {
      case .result(let pointer): return QueryResult(owning: pointer)
      case .failure(let error): throw error
      }
    }
  }

  /// What the server has answered; final with its Sync.
  enum Answer {
    case none
    case result(OpaquePointer)
    case error(ServerError)
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
  /// Only describe the prepared statement, for the schema check.
  let describes: Bool
  /// Whoever waits.
  enum Waiter {
    case task(UnsafeContinuation<Outcome, Never>)
    case batch(@LoopActor (Outcome) -> Void)
  }

  /// nil once it has its outcome or has given up.
  var waiter: Waiter?
  var answer = Answer.none

  /// Neither prepared nor grouped with others: it failed that way before.
  var runsAlone = false
  var isCancelled = false
  /// It was run again after a lost connection, which happens once.
  var isRetry = false

  init(_ sql: SQL, _ statement: Statement, in transaction: Transaction?, describes: Bool = false) {
    self.sql = sql
    self.statement = statement
    self.transaction = transaction
    self.describes = describes
  }

  var isRead: Bool { statement.kind == .read && transaction == nil }
  var isSharedWrite: Bool { statement.kind == .sharedWrite && transaction == nil }

  /// Shares a Sync with its neighbours of the same kind.
  var isGroupable: Bool { (isRead || isSharedWrite) && !runsAlone && !describes }
  var sharesCommit: Bool { isSharedWrite && isGroupable }

  var hasFailed: Bool {
    if case .result = answer { false } else { true }
  }

  func finish(_ outcome: Outcome) {
    switch waiter.take() {
    case .task(let continuation): continuation.resume(returning: outcome)
    case .batch(let answer): answer(outcome)
    case nil: break
    }
  }

  func fail(_ error: DatabaseError) {
    finish(.failure(error))
  }

  /// Gives the answer to whoever waits, or drops it.
  func deliver() {
    switch answer {
    case .result(let pointer) where waiter != nil:
      answer = .none
      finish(.result(pointer))
    case .error(let error): fail(.server(error))
    case .skipped, .none: fail(.unavailable("the statement was not executed"))
    case .result: clear()
    }
  }

  /// Frees an answer that nobody gets.
  func clear() {
    answer.free()
    answer = .none
  }
}
