public import EventLoop
internal import Glibc
public import Logging

/// The connections of the process to one database. Statements of several tasks share them.
///
/// ```swift
/// let pool = Pool(try DatabaseConfiguration(url: "postgresql:///app"), PoolOptions(), logger: logger)
/// pool.start()
/// let users = try await pool.withSession { try await $0.all("SELECT id, name FROM users", as: User.self) }
/// ```
///
/// A pool lives until it is closed; letting go of it ends nothing.
@LoopActor public final class Pool {
  let configuration: DatabaseConfiguration
  let options: PoolOptions
  let logger: Logger

  var state: PoolState
  var connections: [Connection?]
  var waiting: WaitingLanes<Request>
  /// The rows that are being changed.
  var rows = RowGate()
  /// What each statement takes, by its number.
  private var paces: [Int: ReadPace] = [:]
  private var expiry: Deadline?
  private var statements: StatementCache
  /// Behind a pooler, the server's sessions are shared with others: nothing is prepared there any more.
  var sharesSessions = false
  var health = PoolHealth()
  var pulse = Pulse()
  /// Where the latest connection leads; nil before the first.
  public internal(set) var peer: DatabasePeer?
  var isConnecting = false
  /// Where the writes of this turn gather that share a commit.
  private var gathering: Connection?
  var closing: [UnsafeContinuation<Void, Never>]?
  /// Where the keys of each lookup gather.
  var batches: [ObjectIdentifier: LookupBatch] = [:]

  /// A pool that has not begun to connect; see ``start()``.
  public init(_ configuration: DatabaseConfiguration, _ options: PoolOptions = PoolOptions(), logger: Logger) {
    (self.configuration, self.options, self.logger) = (configuration, options, logger)
    state = PoolState(size: options.size, depth: options.pipelineDepth, isLocal: configuration.isLocal)
    connections = Array(repeating: nil, count: state.loads.count)
    waiting = WaitingLanes(capacity: options.queue, timeout: options.timeout)
    statements = StatementCache(areNamed: configuration.preparesStatements)
  }

  /// Connects in the background, and keeps trying. What is asked meanwhile waits for `timeout`.
  public func start() {
    health.begin(at: EventLoop.main.now)
    keepConnected()
  }

  /// A session; it costs nothing, since each of its statements finds a connection by itself.
  public nonisolated func session() -> Session {
    Session(pool: self, transaction: nil)
  }

  /// Runs `body` with a session.
  @discardableResult
  public func withSession<Result>(_ body: (Session) async throws -> Result) async throws -> Result {
    try await body(session())
  }

  /// What the pool is doing.
  public var status: PoolStatus {
    PoolStatus(
      connections: state.connected, idle: state.idle, busy: state.connected - state.idle, waiting: waiting.count,
      lastError: health.lastError)
  }
}

// MARK: Statements

extension Pool {
  /// Runs a statement to its end. Cancelling the task ends the wait for a connection, and a statement in a transaction,
  /// also on the server; one that shares its connection is on its way, and nothing that others wait behind can be called
  /// back.
  func run(_ sql: SQL, in transaction: Transaction?) async throws(DatabaseError) -> QueryResult {
    let request = try request(sql, in: transaction)
    let outcome: Request.Outcome
    if transaction == nil, waiting.isEmpty, refusal == nil, isFree(request.row),
      let connection = sharedConnection(for: request)
    {
      outcome = await withUnsafeContinuation { continuation in
        request.waiter = .task(continuation)
        put(request, on: connection)
      }
    } else {
      outcome = await runCancellably(request)
    }
    if transaction == nil { echo(outcome.isResult ? "COMMIT" : "ROLLBACK") }
    return try outcome.get()
  }

  /// Runs a statement for several that wait for it; `answer` is called once.
  func run(_ sql: SQL, _ answer: @escaping @LoopActor (Request.Outcome) -> Void) {
    do throws(DatabaseError) {
      let request = try request(sql, in: nil, .lookup)
      request.waiter = .batch { [self] outcome in
        echo(outcome.isResult ? "COMMIT" : "ROLLBACK")
        answer(outcome)
      }
      submit(request)
    } catch {
      answer(.failure(error))
    }
  }

  func run(_ request: Request) async throws(DatabaseError) -> QueryResult {
    try await runCancellably(request).get()
  }

  private func runCancellably(_ request: Request) async -> Request.Outcome {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        request.waiter = .task(continuation)
        submit(request)
      }
    } onCancel: {
      onLoop { self.cancel(request) }
    }
  }

  /// Runs a statement to its end, even if the task is cancelled.
  func finish(_ request: Request) async throws(DatabaseError) -> QueryResult {
    let outcome = await withUnsafeContinuation { continuation in
      request.waiter = .task(continuation)
      submit(request)
    }
    return try outcome.get()
  }

  /// Whether a statement changes nothing.
  func isRead(_ sql: SQL) -> Bool { statements.statement(for: sql).0.kind == .read }

  private func request(
    _ sql: SQL, in transaction: Transaction?, _ demand: Demand? = nil
  ) throws(DatabaseError) -> Request {
    let (statement, isNew) = statements.statement(for: sql)
    if options.echo { echo(sql, statement, isNew: isNew, in: transaction) }
    guard statement.kind != .transactionControl else {
      throw .invalid("transactions begin and end with Session.transaction: \(statement.text)")
    }
    guard statement.types.count <= 65535 else { throw .invalid("more than 65535 values") }
    guard !sql.parameters.containsNUL else {
      throw .server(ServerError(.characterNotInRepertoire, message: "a text holds U+0000"))
    }
    return Request(sql, statement, in: transaction, demand ?? (isSlow(sql, statement) ? .slowRead : nil))
  }

  private func isSlow(_ sql: SQL, _ statement: Statement) -> Bool {
    guard statement.kind == .read, let number = statement.number else { return false }
    if case .large = sql.hint { return true }
    return (paces[number] ?? ReadPace()).isSlow(rows: sql.passedRows)
  }

  /// A read has taken the server so long.
  func note(_ request: Request, took time: Duration) {
    guard request.demand == .read || request.demand == .slowRead, let number = request.statement.number else {
      return
    }
    paces[number, default: ReadPace()].note(rows: request.sql.passedRows, took: time)
  }

  /// Puts a statement on a connection, or in the queue.
  func submit(_ request: Request) {
    if request.isCancelled { return request.fail(.cancelled) }
    if let error = request.transaction?.refusal { return request.fail(error) }
    if request.transaction?.connection == nil, let reason = refusal { return request.fail(.unavailable(reason)) }
    guard isFree(request.row) else { return wait(forRowOf: request) }
    let hasTurn = waiting.isEmpty(request.demand) || request.transaction?.connection != nil
    if hasTurn, place(request) { return }
    guard !waiting.isFull(request.demand) else {
      return request.fail(.unavailable("too many statements wait for a connection"))
    }
    waiting.append(request, for: request.demand, at: EventLoop.main.now)
    watchExpiry()
  }

  private func wait(forRowOf request: Request) {
    guard !waiting.rows.isFull else { return request.fail(.unavailable("too many writes wait for a row")) }
    waiting.appendForRow(request, at: EventLoop.main.now)
    watchExpiry()
  }

  private func isFree(_ row: RowKey?) -> Bool {
    row.map { rows.isFree($0, at: EventLoop.main.now) } ?? true
  }

  /// Why nothing new is taken, if so.
  private var refusal: String? {
    if closing != nil { return "the pool is closed" }
    guard state.connected == 0, health.isDown(at: EventLoop.main.now, longerThan: options.timeout) else { return nil }
    return health.lastError ?? "no connection"
  }

  /// Gives connections to those that wait, in order, as far as there is room.
  func dispatch() {
    for demand in Demand.allCases {
      while let request = waiting.first(demand) {
        if !isFree(request.row) {
          waiting.appendForRow(request, at: EventLoop.main.now)
        } else if !place(request) {
          break
        }
        _ = waiting.popFirst(demand)
      }
    }
    if rows.takeFreed(), !waiting.rows.isEmpty {
      for request in waiting.takeForRows(where: { isFree($0.row) }) { submit(request) }
    }
    finishClosing()
  }

  private func place(_ request: Request) -> Bool {
    if let transaction = request.transaction {
      guard let connection = transaction.connection ?? own(for: transaction) else { return false }
      put(request, on: connection)
      return true
    }
    guard let connection = sharedConnection(for: request) else { return false }
    put(request, on: connection)
    return true
  }

  private func sharedConnection(for request: Request) -> Connection? {
    if request.sharing == .writes, let gathering, gathering.gathersWrites, state.hasRoomInGroup(gathering.index) {
      return gathering
    }
    let index = state.connection(for: request.demand, at: EventLoop.main.now)
    let connection = index.flatMap { connections[$0] }
    if request.sharing == .writes { gathering = connection }
    return connection
  }

  /// The turn is over, and what has gathered on a connection leaves.
  func sends(_ connection: Connection) {
    if gathering === connection { gathering = nil }
  }

  private func own(for transaction: Transaction) -> Connection? {
    guard let index = state.connection(for: .transaction, at: EventLoop.main.now),
      let connection = connections[index]
    else { return nil }
    state.own(index)
    transaction.connection = connection
    connection.owner = transaction
    put(Request("BEGIN", Statement.begin, in: transaction), on: connection)
    return connection
  }

  private func put(_ request: Request, on connection: Connection) {
    state.begin(connection.index, request.demand, isRead: request.isRead, at: EventLoop.main.now)
    if let row = request.row { rows.enter(row, at: EventLoop.main.now) }
    connection.add(request)
  }

  /// The task gave up. What is on its way is answered to nobody.
  private func cancel(_ request: Request) {
    request.isCancelled = true
    guard request.waiter != nil else { return }
    waiting.remove { $0 === request }
    request.transaction?.connection?.interrupt(request)
    let mayBeApplied = request.isSent && request.traits.mayHaveCommitted
    request.fail(mayBeApplied ? .outcomeUnknown("cancelled while it was on its way") : .cancelled)
    finishClosing()
  }

  /// One deadline for the whole queue: that of its first.
  private func watchExpiry() {
    guard expiry == nil, let deadline = waiting.deadline else { return }
    expiry = EventLoop.main.schedule(after: deadline - MonotonicTime.now()) { [weak self] in self?.expire() }
  }

  /// Who has waited for the first connection gets the time of a busy one on top.
  func setTimeout() {
    let timeout = state.connected == 0 ? options.timeout : min(options.busyTimeout, options.timeout)
    guard waiting.timeout != timeout else { return }
    waiting.timeout = timeout
    guard let expiry else { return }
    EventLoop.main.cancel(expiry)
    self.expiry = EventLoop.main.schedule(after: timeout) { [weak self] in self?.expire() }
  }

  private func expire() {
    expiry = nil
    while let request = waiting.popExpired(at: EventLoop.main.now) {
      let cause = state.connected == 0 ? health.lastError : nil
      request.fail(.unavailable(cause ?? "no connection was free within \(waiting.timeout)"))
    }
    watchExpiry()
    finishClosing()
  }
}
