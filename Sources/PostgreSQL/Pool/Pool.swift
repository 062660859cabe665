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

  /// Which connection does what, and who waits for one.
  var admission: Admission<Request>
  var connections: [Connection?]
  private var paces = ReadPaces()
  /// Statements that have waited in vain for a connection.
  var timeouts = 0
  var expiry: Deadline?
  /// How long one waits while there are connections, all of them busy.
  var busyTimeout: Duration
  /// When to look which connections have fallen silent, if there is anything to look for.
  var silenceLook: Deadline?
  /// When to replace one that keeps too much memory, if there is one.
  var replacement: Deadline?
  private var statements: StatementCache
  var declarations = Declarations()
  /// Behind a pooler, the server's sessions are shared with others: nothing is prepared there any more.
  var sharesSessions = false
  var health = PoolHealth()
  var pulse = Pulse()
  var notices = NoticeLimit()
  /// Who is told how long statements wait and take.
  public var observer: PoolObserver?
  /// Where the latest connection leads; nil before the first.
  public internal(set) var peer: DatabasePeer?
  var isConnecting = false
  var closing: [UnsafeContinuation<Void, Never>]?
  /// Where the keys of each lookup gather; a program has few.
  var batches: [LookupBatch] = []

  /// A pool that has not begun to connect; see ``start()``.
  public init(_ configuration: DatabaseConfiguration, _ options: PoolOptions = PoolOptions(), logger: Logger) {
    (self.configuration, self.options, self.logger) = (configuration, options, logger)
    busyTimeout = options.busyTimeout
    let state = PoolState(size: options.size, depth: options.pipelineDepth, isLocal: configuration.isLocal)
    admission = Admission(state, WaitingLanes(capacity: options.queue, timeout: options.timeout))
    connections = Array(repeating: nil, count: state.loads.count)
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
    let state = admission.state
    return PoolStatus(
      connections: state.connected, idle: state.idle, busy: state.connected - state.idle,
      waiting: admission.waiting.count, timeouts: timeouts, lastError: health.lastError)
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
    if transaction == nil, refusal == nil, let index = admission.place(request.want, at: EventLoop.main.now) {
      outcome = await withUnsafeContinuation { continuation in
        request.waiter = .task(continuation)
        put(request, on: index)
      }
    } else {
      outcome = await runCancellably(request)
    }
    if transaction == nil { echo(outcome.isResult ? "COMMIT" : "ROLLBACK") }
    return try request.get(outcome)
  }

  /// Runs a statement for several that wait for it; `answer` is called once.
  func run(_ sql: SQL, _ demand: Demand?, _ answer: @escaping @LoopActor (Request.Outcome, Transit) -> Void) {
    do throws(DatabaseError) {
      let request = try request(sql, in: nil, demand)
      request.waiter = .batch { [self] outcome, transit in
        echo(outcome.isResult ? "COMMIT" : "ROLLBACK")
        answer(outcome, transit)
      }
      submit(request)
    } catch {
      answer(.failure(error), Transit())
    }
  }

  func run(_ request: Request) async throws(DatabaseError) -> QueryResult {
    try request.get(await runCancellably(request))
  }

  private func runCancellably(_ request: Request) async -> Request.Outcome {
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        guard !request.isGone else { return continuation.resume(returning: .failure(.cancelled)) }
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
    return try request.get(outcome)
  }

  /// Whether a statement changes nothing.
  func isRead(_ sql: SQL) -> Bool { statements.statement(for: sql).0.kind == .read }

  private func request(
    _ sql: SQL, in transaction: Transaction?, _ demand: Demand? = nil
  ) throws(DatabaseError) -> Request {
    let (statement, isNew) = statements.statement(for: sql)
    if options.echo { echo(sql, statement, isNew: isNew, in: transaction) }
    if isNew { warn(of: statement, isFirstWithoutRoom: statements.overflow == 1) }
    if let reason = statement.kind.refusal { throw .invalid("\(reason): \(statement.text)") }
    guard statement.types.count <= 65535 else { throw .invalid("more than 65535 values") }
    guard !sql.parameters.containsNUL else {
      throw .server(ServerError(.characterNotInRepertoire, message: "a text holds U+0000"))
    }
    return Request(sql, statement, in: transaction, demand ?? paces.demand(of: sql, statement))
  }

  /// A statement has taken the server so long.
  func note(_ request: Request, took time: Duration) {
    guard request.demand == .read || request.demand == .slowRead, !request.isHedged else { return }
    paces.note(request.sql, request.statement, took: time)
  }
}

// MARK: Admission

extension Pool {
  /// Puts a statement on a connection, or in the queue.
  func submit(_ request: Request) {
    if request.isGone { return }
    if let error = request.transaction?.refusal { return request.fail(error) }
    if request.transaction?.connection == nil, let reason = refusal { return request.fail(.unavailable(reason)) }
    obey(admission.admit(request, request.want, at: EventLoop.main.now), request)
  }

  private func obey(_ verdict: Admission<Request>.Verdict, _ request: Request) {
    switch verdict {
    case .place(let index): put(request, on: index)
    case .wait: watchExpiry()
    case .refuse(let reason): request.fail(.unavailable(reason))
    }
  }

  /// Why nothing new is taken, if so.
  private var refusal: String? {
    if closing != nil { return "the pool is closed" }
    let isDown = admission.state.connected == 0 && health.isDown(at: EventLoop.main.now, longerThan: options.timeout)
    return isDown ? health.lastError ?? "no connection" : nil
  }

  /// Gives connections to those that wait, in order, as far as there is room.
  func dispatch() {
    while let (request, verdict) = admission.next(at: EventLoop.main.now, { $0.want }) { obey(verdict, request) }
    for request in admission.takeFreed(at: EventLoop.main.now, { $0.row }) { submit(request) }
    finishClosing()
  }

  private func put(_ request: Request, on index: Int) {
    guard let connection = request.transaction?.connection ?? connections[index] else {
      return request.fail(.unavailable("the connection has ended"))
    }
    if let transaction = request.transaction, transaction.connection == nil { begin(transaction, on: connection) }
    observePlace(of: request, on: connection)
    connection.add(request)
    if silenceLook == nil, request.isRead { lookForSilence() }
  }

  private func begin(_ transaction: Transaction, on connection: Connection) {
    transaction.connection = connection
    connection.owner = transaction
    let begin = Request("BEGIN", Statement.begin, in: transaction)
    admission.enter(connection.index, begin.want, at: EventLoop.main.now)
    connection.add(begin)
  }

  /// The task gave up. What is on its way is answered to nobody.
  private func cancel(_ request: Request) {
    guard request.isAwaited else { return request.fail(.cancelled) }
    admission.waiting.remove { $0 === request }
    request.transaction?.connection?.interrupt(request)
    let mayBeApplied = request.isSent && request.traits.mayHaveCommitted
    request.fail(mayBeApplied ? .outcomeUnknown("cancelled while it was on its way") : .cancelled)
    finishClosing()
  }
}
