/// An answer: what the web server turns into HTTP.
public struct Response: Sendable {
  /// The status code (RFC 9110, section 15).
  public var status: Int
  /// Header fields in the order in which they are sent; Content-Length is the web server's affair.
  public var headers: [(name: String, value: String)]
  /// The body's bytes.
  public var body: [UInt8]

  /// An answer with any body.
  public init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }

  /// An answer in JSON.
  public init(status: Int, json body: [UInt8]) {
    self.init(status: status, headers: [("Content-Type", "application/json")], body: body)
  }
}
