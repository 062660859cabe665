package import EventLoop

/// Gathers what tasks look up at the same moment, and asks for it in one statement; `LookupPace` says when.
@LoopActor package final class LookupBatch: TurnHandler {
  package enum Outcome: Sendable {
    case row(QueryResult, Int)
    /// Those that have the key, in their order.
    case rows(QueryResult, [Int])
    case nothing
    case failure(DatabaseError)
  }

  /// How the statement has passed that had the key is known as well.
  package struct Answer: Sendable {
    let outcome: Outcome
    let transit: Transit
  }

  /// What a task wants of its key.
  package enum Wish: Sendable {
    case row, rows
  }

  private struct Waiter {
    let wish: Wish
    let key: LookupKeys.Position
    let continuation: UnsafeContinuation<Answer, Never>
    /// The last row that has the key, and where all are wanted, all.
    var row: Int?
    var rows: [Int] = []

    mutating func note(_ row: Int) {
      self.row = row
      if wish == .rows { rows.append(row) }
    }

    func answer(_ result: QueryResult, _ transit: Transit) {
      switch (wish, row) {
      case (.row, let row?): answer(.row(result, row), transit)
      case (.rows, _?): answer(.rows(result, rows), transit)
      case (_, nil): answer(.nothing, transit)
      }
    }

    func answer(_ outcome: Outcome, _ transit: Transit) {
      continuation.resume(returning: Answer(outcome: outcome, transit: transit))
    }
  }

  /// Whoever waits for one statement. A class, because it is handed on several times.
  @LoopActor private final class Group {
    var keys: LookupKeys
    var waiters: [Waiter] = []
    /// Some want all rows of their keys.
    private(set) var wantsAll = false

    init(_ keys: LookupKeys) {
      self.keys = keys
    }

    func add(_ waiter: Waiter) {
      waiters.append(waiter)
      if waiter.wish == .rows { wantsAll = true }
    }
  }

  var pace = LookupPace()
  private(set) var size = LookupSize()
  let statement: LookupStatement
  /// What is sent, without keys; nil before the first, and where it binds something else as well.
  private var template: SQL?
  private unowned let pool: Pool
  private var gathering: Group
  private var isCalledAtEndOfTurn = false
  private var deadline: (time: MonotonicTime, handle: Deadline)?

  init(_ statement: LookupStatement, _ pool: Pool) {
    (self.statement, self.pool) = (statement, pool)
    gathering = Group(LookupKeys(of: statement.type))
  }

  /// Takes a task that waits for the row, or the rows, of the key that `encode` adds. It is not cancelled: others wait for the
  /// same statement.
  package func add(
    _ wish: Wish, _ continuation: UnsafeContinuation<Answer, Never>, _ encode: (inout ParameterBuffer) -> Void
  ) {
    if gathering.waiters.isEmpty { pace.begin(at: EventLoop.main.now) }
    let key = gathering.keys.append(encode)
    gathering.add(Waiter(wish: wish, key: key, continuation: continuation))
    if gathering.waiters.count >= size.limit(ofAll: gathering.wantsAll) { send() } else { callAtEndOfTurn() }
  }

  private func callAtEndOfTurn() {
    guard !isCalledAtEndOfTurn else { return }
    isCalledAtEndOfTurn = true
    EventLoop.main.callAtEndOfTurn(self)
  }

  package func turnEnded() {
    isCalledAtEndOfTurn = false
    switch pace.decision(gathering.waiters.count, at: EventLoop.main.now) {
    case .nothing: break
    case .send: send()
    case .wait(let end): wait(until: end)
    }
  }

  private func wait(until end: MonotonicTime) {
    if let deadline {
      guard end < deadline.time else { return }
      EventLoop.main.cancel(deadline.handle)
    }
    let handle = EventLoop.main.schedule(after: end - MonotonicTime.now()) { [self] in
      deadline = nil
      callAtEndOfTurn()
    }
    deadline = (end, handle)
  }

  private func send() {
    if let deadline { EventLoop.main.cancel(deadline.handle) }
    deadline = nil
    let group = gathering
    gathering = Group(LookupKeys(of: statement.type))
    send(group)
  }

  private func send(_ group: Group) {
    pace.send(group.waiters.count, at: EventLoop.main.now)
    pool.run(sql(group.keys), group.wantsAll ? nil : .lookup) { [self] outcome, transit in
      pace.answer(at: EventLoop.main.now)
      if !gathering.waiters.isEmpty { callAtEndOfTurn() }
      do throws(DatabaseError) {
        let result = try outcome.get()
        size.note(keys: group.waiters.count, bytes: result.memory)
        try answer(group, result, transit)
      } catch {
        fail(group, error, transit)
      }
    }
  }

  private func sql(_ keys: LookupKeys) -> SQL {
    if let sql = template?.rebinding(keys) { return sql }
    let sql = statement.sql(keys)
    // Another array of the type that is bound is not taken for the keys.
    if sql.rebinding(keys)?.parameters.bytes == sql.parameters.bytes {
      template = sql.rebinding(LookupKeys(of: statement.type))
    }
    return sql
  }

  /// Gives each waiter its row, or its rows.
  private func answer(_ group: Group, _ result: QueryResult, _ transit: Transit) throws(DatabaseError) {
    let column = try result.known.key(of: statement) { () throws(DatabaseError) in try keyColumn(result) }
    for row in 0..<result.rowCount {
      withKey(result, row, column) { bytes in
        let prefix = LookupKeys.prefix(of: bytes)
        for index in group.waiters.indices where group.waiters[index].key.prefix == prefix {
          if group.keys.holds(bytes, at: group.waiters[index].key) { group.waiters[index].note(row) }
        }
      }
    }
    for waiter in group.waiters { waiter.answer(result, transit) }
  }

  /// Gives `body` the bytes of a row's key, as the keys have them: a column of another integer type has other bytes.
  private func withKey(_ result: QueryResult, _ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    result.withBytes(row, column) { bytes in
      guard let width = statement.type.integerWidth, width != bytes.count else { return body(bytes) }
      // Most significant byte first; what is missing in front is the sign.
      let sign: UInt8 = bytes.first.map { $0 & 0x80 == 0 ? 0 : 0xFF } ?? 0
      let (missing, excess) = (max(0, width - bytes.count), max(0, bytes.count - width))
      let key = [UInt8](repeating: sign, count: missing) + bytes.dropFirst(excess)
      guard bytes.prefix(excess).allSatisfy({ $0 == sign }),
        key.first.map({ ($0 & 0x80 == 0) == (sign == 0) }) ?? false
      else { return }  // beyond every key
      key.withUnsafeBytes(body)
    }
  }

  private func keyColumn(_ result: QueryResult) throws(DatabaseError) -> Int {
    guard let column = result.column(statement.column) else {
      throw .decoding("a lookup by \(statement.column), which is no column of its result")
    }
    let type = result.type(ofColumn: column)
    let areIntegers = type.integerWidth != nil && statement.type.integerWidth != nil
    guard type == statement.type || areIntegers || statement.type == .text && type == .varchar else {
      throw .decoding("a lookup by \(statement.column): expected \(statement.type), got \(type)")
    }
    return column
  }

  /// What the server refuses, it may refuse for one key only: each is asked for alone then.
  private func fail(_ group: Group, _ error: DatabaseError, _ transit: Transit) {
    guard case .server = error, group.waiters.count > 1 else {
      for waiter in group.waiters { waiter.answer(.failure(error), transit) }
      return
    }
    for waiter in group.waiters {
      let (keys, key) = group.keys.only(waiter.key)
      let alone = Waiter(wish: waiter.wish, key: key, continuation: waiter.continuation)
      let group = Group(keys)
      group.add(alone)
      send(group)
    }
  }
}

extension Pool {
  /// Where the keys of a lookup gather.
  package func batch(of statement: LookupStatement) -> LookupBatch {
    for index in batches.indices where batches[index].statement === statement { return batches[index] }
    let batch = LookupBatch(statement, self)
    batches.append(batch)
    return batch
  }
}
