/// Why a statement has no result.
public enum DatabaseError: Error, Sendable {
  /// The server refused it; what its transaction had done is rolled back.
  indirect case server(ServerError)
  /// Certainly not applied: no connection, no room or too long in the queue, or lost before it was executed. A
  /// retry is safe (HTTP 503).
  case unavailable(String)
  /// It was sent and the connection was lost before the server confirmed: it may have been applied or not (HTTP 504).
  case outcomeUnknown(String)
  /// A value that the Swift type does not take: column, expected, got.
  case decoding(String)
  /// A statement that cannot be sent at all; a mistake in the program.
  case invalid(String)
  /// The task was cancelled; a write that was on its way may have been applied.
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
  /// The constraint that was violated.
  public var constraint: String?

  /// An error of which only the essentials are known.
  public init(_ sqlState: SQLState, severity: String = "ERROR", message: String) {
    self.sqlState = sqlState
    self.severity = severity
    self.message = message
  }

  /// The server ends the connection with this error: it executes nothing that was sent after.
  var endsConnection: Bool { severity == "FATAL" || severity == "PANIC" }
}
