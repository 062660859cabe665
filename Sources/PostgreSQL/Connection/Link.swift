internal import CPostgreSQL
internal import Glibc

/// libpq's side of a connection in pipeline mode. What returns false has lost the connection, or had no memory.
///
/// Unchecked: one owner has it at a time, on the loop's thread. Unsafe: the pointer is libpq's, valid until `end()`,
/// after which the owner has let go of it.
struct Link: @unchecked Sendable {
  private let pointer: OpaquePointer

  init(owning pointer: OpaquePointer) {
    self.pointer = pointer
  }

  func end() { PQfinish(pointer) }

  var descriptor: Int32 { PQsocket(pointer) }
  var isBad: Bool { PQstatus(pointer) == CONNECTION_BAD }

  /// libpq's account of what went wrong; it does not contain the password.
  var lastError: String {
    PQerrorMessage(pointer).map { String(cString: $0).trimmed() } ?? "out of memory"
  }

  /// Known only while nothing else is on its way.
  var isInTransaction: Bool {
    [PQTRANS_INTRANS, PQTRANS_INERROR].contains(PQtransactionStatus(pointer))
  }

  // MARK: Connecting

  /// Begins to connect; nil without memory.
  static func start(_ parameters: [DatabaseConfiguration.Keyword]) -> Link? {
    // Unsafe: libpq copies the strings during the call.
    let keywords = parameters.map { strdup($0.name) }
    let values = parameters.map { strdup($0.value) }
    defer { for pointer in keywords + values { free(pointer) } }
    return PQconnectStartParams(
      keywords.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 0
    ).map(Link.init)
  }

  func poll() -> PostgresPollingStatusType { PQconnectPoll(pointer) }

  /// Where it leads.
  var peer: DatabasePeer {
    func text(_ pointer: UnsafePointer<CChar>?) -> String { pointer.map { String(cString: $0) } ?? "?" }
    return DatabasePeer(
      host: text(PQhost(pointer)), port: text(PQport(pointer)), database: text(PQdb(pointer)),
      user: text(PQuser(pointer)), tls: PQsslInUse(pointer) == 1 ? text(PQsslAttribute(pointer, "protocol")) : nil,
      version: text(PQparameterStatus(pointer, "server_version")))
  }

  /// The server process, as the other end of the connection has introduced itself; poolers give a number of their own.
  var process: Int32 { PQbackendPID(pointer) }

  func setNonblocking() -> Bool { PQsetnonblocking(pointer, 1) == 0 }

  /// Turns to pipeline mode. Notices go to `receiver` with `context`, from within calls made here.
  func enterPipeline(_ receiver: @escaping PQnoticeProcessor, _ context: UnsafeMutableRawPointer) -> Bool {
    guard PQenterPipelineMode(pointer) == 1 else { return false }
    PQsetNoticeProcessor(pointer, receiver, context)
    return true
  }

  // MARK: Sending

  func prepare(_ statement: Statement, as name: ContiguousArray<CChar>) -> Bool {
    name.withUnsafeBufferPointer { name in
      statement.textBytes.withUnsafeBufferPointer { text in
        PQsendPrepare(pointer, name.baseAddress, text.baseAddress, Int32(statement.types.count), statement.types) == 1
      }
    }
  }

  func describeUnnamed() -> Bool { PQsendDescribePrepared(pointer, "") == 1 }

  /// Runs a statement that is prepared; the result comes in binary format, as the values go.
  func executePrepared(_ statement: Statement, _ sql: SQL) -> Bool {
    sql.withValues { values in
      statement.nameBytes.withUnsafeBufferPointer {
        PQsendQueryPrepared(
          pointer, $0.baseAddress, values.count, values.starts, values.lengths, values.formats, 1) == 1
      }
    }
  }

  func executeUnnamed(_ statement: Statement, _ sql: SQL) -> Bool {
    sql.withValues { values in
      statement.textBytes.withUnsafeBufferPointer {
        PQsendQueryParams(
          pointer, $0.baseAddress, values.count, statement.types, values.starts, values.lengths, values.formats, 1)
          == 1
      }
    }
  }

  /// Ends a group; libpq 15 flushes by itself here.
  func sync() -> Bool { PQpipelineSync(pointer) == 1 }

  /// 0: all is sent; 1: the socket is full; -1: failure.
  func flush() -> Int32 { PQflush(pointer) }

  /// nil without memory.
  func cancelKey() -> CancelKey? { PQgetCancel(pointer).map(CancelKey.init) }

  // MARK: Receiving

  /// Reads what the socket has, and what OpenSSL has decrypted of it: a record may hold more than libpq takes at once, and
  /// the socket says nothing of the rest. A failure shows in what comes next, after the results that had arrived before it.
  func consumeInput() {
    repeat { _ = PQconsumeInput(pointer) } while decrypted_bytes(pointer) > 0 && !isBad
  }

  var isBusy: Bool { PQisBusy(pointer) == 1 }

  enum Event {
    case answer(Request.Answer)
    /// The current statement has no more answers.
    case end
    case sync
    /// A state that pipelines do not have, such as COPY.
    case unsupported
  }

  /// What comes next; does not block unless `isBusy`.
  func next() -> Event {
    guard let result = PQgetResult(pointer) else { return .end }
    switch PQresultStatus(result) {
    case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: return .answer(.result(result))
    case PGRES_FATAL_ERROR: return .answer(.error(QueryResult(owning: result).error))
    case let status:
      PQclear(result)
      return status == PGRES_PIPELINE_SYNC
        ? .sync : status == PGRES_PIPELINE_ABORTED ? .answer(.skipped) : .unsupported
    }
  }
}

/// What it takes to stop the statement that a connection executes, from any thread and after the connection's end as
/// well. Unchecked: libpq only reads what the pointer leads to.
struct CancelKey: @unchecked Sendable {
  private let pointer: OpaquePointer

  fileprivate init(owning pointer: OpaquePointer) {
    self.pointer = pointer
  }

  /// Asks the server, and waits until it has passed that on. Blocks for as long as the network lets it; once.
  func send() {
    var reason = [CChar](repeating: 0, count: 256)
    // Whether it worked shows in what the statement answers; where it did not, the statement's time ends it.
    _ = PQcancel(pointer, &reason, Int32(reason.count))
    free()
  }

  /// Lets go of it unused.
  func free() { PQfreeCancel(pointer) }
}
