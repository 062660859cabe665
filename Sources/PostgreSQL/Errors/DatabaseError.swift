/// Why a statement has no result.
public enum DatabaseError: Error, Sendable {
  /// The server refused it; what its transaction had done is rolled back.
  indirect case server(ServerError)
  /// Certainly not applied: no connection, no room or too long in the queue, or lost before it was executed. A
  /// retry is safe (HTTP 503).
  case unavailable(String)
  /// It was sent, and PostgreSQL itself has not said what became of it: it may have been applied or not (HTTP 504). Among
  /// it is a write that was applied, but whose row the Swift type does not take.
  case outcomeUnknown(String)
  /// A value that the Swift type does not take: column, expected, got. Nothing was changed.
  case decoding(String)
  /// A statement that cannot be sent at all; a mistake in the program.
  case invalid(String)
  /// The task was cancelled, and nothing was applied; where that is not certain, it is `outcomeUnknown`.
  case cancelled
}

extension DatabaseError: CustomStringConvertible {
  /// One line for logs. Not for clients: a server's message can contain data.
  public var description: String {
    switch self {
    case .server(let error): "\(error.message) (\(error.sqlState))"
    case .unavailable(let reason), .outcomeUnknown(let reason), .decoding(let reason), .invalid(let reason): reason
    case .cancelled: "cancelled"
    }
  }
}

extension DatabaseError {
  /// The server's code, where it was the server that refused.
  public var sqlState: SQLState? {
    if case .server(let error) = self { return error.sqlState }
    return nil
  }
}

/// What the server says about an error (PostgreSQL's documentation, "Error and Notice Message Fields").
public struct ServerError: Error, Hashable, Sendable {
  /// The code to decide by.
  public var sqlState: SQLState
  /// `ERROR`, `FATAL` or `PANIC`, never translated.
  public var severity: String
  /// The primary message. Not for clients: it can contain data.
  public var message: String
  /// More about the cause; can contain data.
  public var detail: String?
  /// What to do about it.
  public var hint: String?
  /// The schema of `table`.
  public var schema: String?
  /// The table concerned.
  public var table: String?
  /// The column concerned.
  public var column: String?
  /// The constraint that was violated; of a unique index, its name.
  public var constraint: String?
  /// Where in the statement it was found, in characters, from 1.
  public var position: Int?
  /// The function of PostgreSQL's source that reported it.
  public var routine: String?
  /// Whether PostgreSQL itself has said it. Its errors name their place in its source (the fields F, L and R); those of
  /// PgBouncer, Odyssey and the like, which stand between, do not, and Pgpool-II's have no R.
  public var isServers = true

  /// An error of which only the essentials are known.
  public init(_ sqlState: SQLState, severity: String = "ERROR", message: String) {
    self.sqlState = sqlState
    self.severity = severity
    self.message = message
  }

  /// The connection ends with this error: nothing that was sent after is executed.
  var endsConnection: Bool { severity == "FATAL" || severity == "PANIC" }

  /// Whether a statement that failed with it was certainly not applied, which only PostgreSQL can say. It does not where
  /// it says so itself (40003), nor where it repeats what another server has told it: class 08, and as an ERROR what ends
  /// a session (57P01 to 57P05), which for itself it reports as FATAL. Nor does anybody else.
  var saysNotApplied: Bool {
    guard isServers, sqlState != .statementCompletionUnknown, !(.connectionException ~= sqlState) else {
      return false
    }
    return endsConnection || !sqlState.description.hasPrefix("57P")
  }
}
