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

  /// Returns the next piece of a body, and nil behind the last. Asked for it when the one before has been taken. An error
  /// breaks the answer off.
  public typealias Rest = @Sendable () async throws -> [UInt8]?

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
