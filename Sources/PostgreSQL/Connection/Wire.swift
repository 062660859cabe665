internal import EventLoop

/// The sending side of a connection, and what has been sent: which statements share a Sync, under which names they go, and
/// in which order the answers will come.
@LoopActor struct Wire {
  let link: Link
  /// Whether PostgreSQL itself is at the other end, and not a pooler.
  let isDirect: Bool
  /// Whether statements are prepared; behind a pooler that shares its sessions they are not.
  var usesNames: Bool
  /// What was sent and has not been answered.
  private(set) var pipeline = Pipeline<Request>()

  /// The head of the pipeline has had an answer, and not its end.
  private var hasAnswer = false

  private var plan = SyncPlan()
  private var names = PreparedNames(count: StatementCache.capacity + 1)
  /// What a transaction begins with behind a pooler.
  private let beginning: (statement: Statement, sql: SQL)?

  init(_ arrival: Arrival, _ configuration: DatabaseConfiguration, usesNames: Bool) {
    (link, isDirect) = (arrival.link, arrival.introduction.isDirect)
    self.usesNames = usesNames || isDirect
    let settings = isDirect ? nil : SessionSettings(configuration).beginning(arrival.introduction.settings)
    beginning = settings.map { (Statement($0, number: nil), $0) }
  }

  // MARK: Sending; what returns false has lost the connection

  /// Sends a statement and the Syncs around it; `next` is the one behind it.
  mutating func send(_ request: Request, before next: Request?) -> Bool {
    let steps = plan.add(request.sharing, before: next?.isGone == false ? next?.sharing : nil)
    return (!steps.contains(.endsGroup) || writeSync()) && (!steps.contains(.beginsGroup) || begin())
      && (!steps.contains(.limitsLockWaits) || limitLockWaits()) && write(request)
      && (!steps.contains(.endsItself) || sync())
  }

  /// The turn is over: what shares a Sync gets it.
  mutating func endTurn() -> Bool { !plan.isOpen || sync() }

  /// Behind a pooler every transaction begins with what the session would have been told.
  private mutating func begin() -> Bool {
    beginning.map { write($0.statement, $0.sql) } ?? true
  }

  /// One that waits for a row which somebody else has locked must not hold up the others of its group for long. It fails
  /// then, and each is run again by itself; so do two groups that have locked each other's rows.
  private mutating func limitLockWaits() -> Bool { write(Statement.limitLockWaits, "") }

  private mutating func sync() -> Bool {
    plan.end()
    return writeSync()
  }

  private mutating func writeSync() -> Bool {
    guard link.sync() else { return false }
    pipeline.append(.sync)
    return true
  }

  private mutating func write(_ request: Request) -> Bool {
    let statement = request.statement
    guard let number = statement.number, usesNames, request.mayBeNamed(isDirect: isDirect) else {
      return writeUnnamed(request)
    }
    let isNew = names.use(of: number) == nil
    guard let name = prepared(statement, number) else { return false }
    request.name = name
    // A pooler may have it executed by another session, where it was parsed at another time.
    request.columns = isDirect ? names.columns(of: number) : nil
    if isNew { pipeline.append(.prepare(request)) }
    guard link.executePrepared(statement, request.sql) else { return false }
    pipeline.append(.execute(request))
    request.answer = .awaited
    return true
  }

  /// What belongs to no request. Like a transaction's statements, it must not fail for what a pooler does with names.
  private mutating func write(_ setting: Statement, _ sql: SQL) -> Bool {
    var name: PreparedNames.Use?
    if let number = setting.number, isDirect {
      let isNew = names.use(of: number) == nil
      name = prepared(setting, number)
      guard name != nil else { return false }
      if isNew { pipeline.append(.setting(name)) }
    }
    guard name == nil ? link.executeUnnamed(setting, sql) : link.executePrepared(setting, sql) else { return false }
    pipeline.append(.setting(name))
    return true
  }

  /// Statements are prepared the first time, and used by their names.
  private mutating func prepared(_ statement: Statement, _ number: Int) -> PreparedNames.Use? {
    if let name = names.use(of: number) { return name }
    return link.prepare(statement, as: statement.nameBytes) ? names.prepare(number) : nil
  }

  private mutating func writeUnnamed(_ request: Request) -> Bool {
    if request.describes {
      guard link.prepare(request.statement, as: [0]) else { return false }
      pipeline.append(.prepare(request))
    }
    guard request.describes ? link.describeUnnamed() : link.executeUnnamed(request.statement, request.sql) else {
      return false
    }
    pipeline.append(.execute(request))
    request.answer = .awaited
    return true
  }

  // MARK: Answers

  /// The head of the pipeline got an answer, which is kept with its request; an earlier one of the same statement, an
  /// error, stays.
  mutating func note(_ answer: Request.Answer) {
    hasAnswer = true
    switch pipeline.head {
    case .prepare(let request):
      if let name = request.name { note(answer, ofParse: name) }
      if case .result = answer { answer.free() } else { request.answer = answer }
    case .execute(let request):
      if case .error(let error) = answer, error.sqlState == .invalidSQLStatementName, let name = request.name {
        names.forget(name)
      }
      if case .awaited = request.answer { request.answer = answer } else { answer.free() }
    case .setting(let name):
      if let name { note(answer, ofParse: name) }
      answer.free()
    case .sync, nil: answer.free()
    }
  }

  /// What was skipped was not prepared.
  private mutating func note(_ answer: Request.Answer, ofParse name: PreparedNames.Use) {
    switch answer {
    case .error(let error): names.note(error.sqlState, ofParse: name)
    case .skipped: names.forget(name)
    case .result, .unsent, .awaited: break
    }
  }

  /// The head has been answered in full. False if it has had no answer: such an end would come again and again.
  mutating func advance() -> Bool {
    guard hasAnswer else { return false }
    hasAnswer = false
    pipeline.advance()
    return true
  }

  /// A Sync was answered: what it settles; nil if none was due.
  mutating func settle() -> [Request]? {
    hasAnswer = false
    return pipeline.settle()
  }

  /// Takes out everything that was not settled.
  mutating func removeAll() -> (answered: [Request], head: Request?, behind: [Request]) { pipeline.removeAll() }
}
