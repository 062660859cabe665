/// An answer: what the web server turns into HTTP.
public struct Response: Sendable {
  /// The status code (RFC 9110, section 15).
  public var status: Int
  /// Header fields in the order in which they are sent; Content-Length is the web server's affair.
  public var headers: [(name: String, value: String)]
  /// The body's bytes, or the first of them.
  public var body: [UInt8]
  /// What follows them; nil where that is all.
  public var rest: Rest?
  /// Whose answer it is, once an ``API`` has given it; nil where no operation was asked for.
  public internal(set) var operation: Operation?

  /// The same, as the answer of `operation`.
  func of(_ operation: Operation?) -> Response {
    var response = self
    response.operation = operation
    return response
  }

  /// An answer with any body.
  public init(
    status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = [], rest: Rest? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.rest = rest
  }

  /// An answer in JSON.
  public init(status: Int, json body: [UInt8], rest: Rest? = nil) {
    self.init(status: status, headers: [("Content-Type", "application/json")], body: body, rest: rest)
  }
}

extension Response {
  /// What follows the beginning of a body, piece by piece.
  public final class Rest: Sendable {
    /// How a body has ended.
    public enum End: Sendable {
      /// All of it was taken.
      case taken
      /// It was not: a piece could not be made, the client has gone, or nobody wants a body, as of HEAD.
      case abandoned
    }

    /// Returns the next piece, and nil behind the last. Asked for it when the one before has been taken. An error breaks the
    /// answer off.
    public let next: @Sendable () async throws -> [UInt8]?
    /// Told once, when no more pieces will be asked for, whether there were any or not; the request lasts until it returns.
    public let ended: @Sendable (End) async -> Void

    /// Pieces that `next` makes, and what is to be done behind them.
    public init(
      _ next: @escaping @Sendable () async throws -> [UInt8]?,
      ended: @escaping @Sendable (End) async -> Void = { _ in }
    ) {
      (self.next, self.ended) = (next, ended)
    }
  }
}
