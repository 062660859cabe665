/// An HTTP request as a web server hands it over, the body complete.
public final class Request: Sendable {
  /// The method in upper case, as it came.
  public let method: String
  /// The path, decoded once.
  public let path: String
  /// The query without its question mark, still encoded.
  public let query: String
  /// The value of Content-Type, one character per byte.
  public let contentType: String?
  /// The value of Host, with the port where the client gave one.
  public let host: String?
  /// `http` or `https`, as the client sees it.
  public let scheme: String
  /// The value of Authorization, one character per byte; read only by an API that is secured.
  public let authorization: String?
  /// The body's bytes.
  public let body: [UInt8]
  /// Whether every byte of the target was ASCII.
  let targetIsASCII: Bool

  /// A request whose path is decoded already.
  public convenience init(
    method: String, path: String, query: String, contentType: String? = nil, host: String? = nil,
    scheme: String = "http", authorization: String? = nil, body: [UInt8] = []
  ) {
    self.init(method, path, query, contentType, host, scheme, authorization, body, targetIsASCII: true)
  }

  /// A request for `target`, which is a path, still encoded, with an optional query (RFC 9112, section 3.2.1). A
  /// fragment, which no client should send, is cut.
  public convenience init(
    method: String, target: String, contentType: String? = nil, host: String? = nil, scheme: String = "http",
    authorization: String? = nil, body: [UInt8] = []
  ) {
    let (pathEnd, queryEnd, isASCII) = Self.scan(target)
    var (path, query) = (target, "")
    if pathEnd < target.utf8.count {
      let bytes = target.utf8
      let mark = bytes.index(bytes.startIndex, offsetBy: pathEnd)
      let end = bytes.index(bytes.startIndex, offsetBy: queryEnd)
      path = String(target[..<mark])
      if mark < end { query = String(target[bytes.index(after: mark)..<end]) }
    }
    self.init(
      method, PercentEncoding.decode(path), query, contentType, host, scheme, authorization, body,
      targetIsASCII: isASCII)
  }

  private init(
    _ method: String, _ path: String, _ query: String, _ contentType: String?, _ host: String?, _ scheme: String,
    _ authorization: String?, _ body: [UInt8], targetIsASCII: Bool
  ) {
    (self.method, self.path, self.query, self.body) = (method, path, query, body)
    (self.contentType, self.host, self.scheme, self.authorization) = (contentType, host, scheme, authorization)
    self.targetIsASCII = targetIsASCII
  }

  /// How many bytes come before the query's question mark, how many before the fragment, and whether all are ASCII.
  private static func scan(_ target: String) -> (path: Int, query: Int, isASCII: Bool) {
    var target = target
    return target.withUTF8 { bytes in
      let end = bytes.firstIndex(of: UInt8(ascii: "#")) ?? bytes.count
      return (bytes[..<end].firstIndex(of: UInt8(ascii: "?")) ?? end, end, bytes.allSatisfy { $0 < 0x80 })
    }
  }

  /// Whether Content-Type says JSON, as the reference reads it: `application/json` or `application/…+json`, parameters
  /// aside, in either case.
  var saysJSON: Bool {
    guard let contentType else { return false }
    if contentType == "application/json" { return true }
    let parts = contentType.unicodeScalars.prefix { $0 != ";" }.trimmingSpace()
      .split(separator: "/", omittingEmptySubsequences: false).map { String($0).lowercased() }
    return parts.count == 2 && parts[0] == "application" && (parts[1] == "json" || parts[1].hasSuffix("+json"))
  }
}

extension Substring.UnicodeScalarView {
  /// Without white space and control characters at both ends; U+00A0 is among them, as in Python.
  func trimmingSpace() -> Substring.UnicodeScalarView {
    var rest = self
    while let first = rest.first, first.isSpace { rest = rest.dropFirst() }
    while let last = rest.last, last.isSpace { rest = rest.dropLast() }
    return rest
  }
}

extension Unicode.Scalar {
  fileprivate var isSpace: Bool { value <= 0x20 || properties.isWhitespace }
}
