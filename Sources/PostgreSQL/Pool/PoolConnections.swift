internal import EventLoop
internal import Logging

/// How a pool gets its connections, and what it does with those that end, refuse or grow old.
extension Pool {
  /// The statement was answered, with so many of its group.
  func ended(_ request: Request, of group: Int = 1, on connection: Connection) {
    let time = admission.state.end(
      connection.index, isRead: request.isRead, of: group, bytes: request.memory, at: EventLoop.main.now)
    if let time { note(request, took: time) }
    observeAnswer(to: request, on: connection)
    if request.demand == .largeRead { dispatchAfterRest() }
    notePassage(of: request, through: connection)
    left(request, connection)
  }

  /// The statement was taken back before it was sent.
  func withdrew(_ request: Request, from connection: Connection) {
    admission.state.withdraw(connection.index, isRead: request.isRead)
    left(request, connection)
  }

  private func left(_ request: Request, _ connection: Connection) {
    leftConnection(request)
    if request.endsTransaction {
      request.transaction?.end()
      connection.owner = nil
      admission.state.release(connection.index)
    }
    if admission.state.isDrained(connection.index) { disconnect(connection) }
  }

  /// Large reads that wait go on when the rest after the last one is over; the answers of other reads may let them, but
  /// need not come.
  private func dispatchAfterRest() {
    guard let rest = admission.state.rest, rest > EventLoop.main.now else { return }
    _ = EventLoop.main.schedule(after: rest - EventLoop.main.now) { self.dispatch() }
  }

  /// The statement is on no connection any more.
  func leftConnection(_ request: Request) {
    if let row = request.row { admission.leave(row) }
  }

  /// Replaces a connection as soon as it is idle.
  func retire(_ connection: Connection) {
    guard connections[connection.index] === connection else { return }
    admission.state.retire(connection.index)
    if admission.state.isDrained(connection.index) { disconnect(connection) }
  }

  /// A prepared statement was lost, or was there already, behind a pooler.
  func findsSessionsShared(_ error: ServerError) {
    guard !sharesSessions else { return }
    sharesSessions = true
    for connection in connections { connection?.doWithoutNames() }
    logger.notice(
      "the pooler before the database shares its sessions (\(error.message)): statements are not prepared")
  }

  /// A write was refused because the server is read-only: what is behind the connection's address may be another server
  /// by now.
  func refusesWrites(_ connection: Connection) {
    guard connections[connection.index] === connection else { return }
    if admission.state.refuseWrite(connection.index, at: EventLoop.main.now) { retire(connection) }
  }

  func takesWrites(_ connection: Connection) {
    guard admission.state.refusesWrites, connections[connection.index] === connection else { return }
    for index in admission.state.takeWrite(connection.index) { connections[index].map(retire) }
  }

  func disconnect(_ connection: Connection) {
    connection.end()
    remove(connection)
  }

  /// The connection has ended by itself.
  func lost(_ connection: Connection, _ reason: String) {
    remove(connection)
    report(reason)
  }

  private func remove(_ connection: Connection) {
    guard connections[connection.index] === connection else { return }
    connections[connection.index] = nil
    admission.state.disconnect(connection.index)
    if admission.state.connected == 0 { health.begin(at: EventLoop.main.now) }
    setTimeout()
    keepConnected()
  }

  /// How long whoever asks for a statement waits for its answer, and how long a connection may stay silent.
  var answerLimit: Duration? {
    configuration.statementTimeout > .zero ? configuration.statementTimeout : nil
  }

  func keepConnected() {
    guard !isConnecting, closing == nil else { return }
    isConnecting = true
    EventLoop.main.start { await self.connectMissing() }
  }

  /// Opens connections one after the other, so that a database which is away is asked by one of them only.
  private func connectMissing() async {
    var backoff = Backoff()
    while closing == nil, let index = admission.state.vacancy {
      do throws(ConnectionFailure) {
        try await connect(index)
        backoff.reset()
      } catch {
        report(error.reason)
        await EventLoop.main.sleep(for: backoff.next { .random(in: $0) })
      }
    }
    isConnecting = false
  }

  private func connect(_ index: Int) async throws(ConnectionFailure) {
    let arrival = try await Connector(configuration, startingAt: health.failures).connect()
    let connection = Connection(arrival, index: index, pool: self)
    guard closing == nil else { return connection.end() }
    guard connection.start() else {
      connection.end()
      throw ConnectionFailure(reason: "the connection cannot be used")
    }
    connections[index] = connection
    admission.state.connect(index, at: EventLoop.main.now)
    setTimeout()
    if let message = health.succeed() { logger.info("\(message)") }
    note(arrival.peer)
    recycleLater(connection)
    dispatch()
  }

  /// Says where a connection leads, once, and again where it is another server or another way than before.
  private func note(_ peer: DatabasePeer) {
    if self.peer != peer { logger.info("connected to \(peer)") }
    self.peer = peer
  }

  /// A tenth of the age is left to chance, so that not all are replaced together.
  private func recycleLater(_ connection: Connection) {
    guard let age = options.recycle else { return }
    let delay = age * Double.random(in: 0.9...1)
    _ = EventLoop.main.schedule(after: delay) { [weak connection] in
      if let connection { connection.pool.retire(connection) }
    }
  }

  private func report(_ reason: String) {
    if let message = health.fail(reason) { logger.warning("\(message)") }
  }

  func logNotice(_ text: String) {
    guard let missing = notices.note(at: EventLoop.main.now) else { return }
    logger.info("PostgreSQL: \(text)\(missing > 0 ? " (and \(missing) notices before it)" : "")")
  }

  // MARK: The end

  /// Ends the pool: new statements fail with `.unavailable`; what waits, is on the way or in a transaction finishes
  /// first, then the connections are ended. The caller bounds the time.
  public func close() async {
    await withUnsafeContinuation { continuation in
      closing = (closing ?? []) + [continuation]
      finishClosing()
    }
  }

  func finishClosing() {
    guard closing != nil else { return }
    while admission.state.connected == 0, let request = admission.waiting.popFirst() {
      request.fail(.unavailable("the pool is closed"))
    }
    guard admission.waiting.isEmpty, admission.state.connected == admission.state.idle else { return }
    for connection in connections { connection.map(disconnect) }
    for continuation in closing ?? [] { continuation.resume() }
    closing = []
  }
}
