/// What a request says besides its method, target and body. Asked for only where it matters, since most requests are
/// answered without.
public protocol RequestFields: AnyObject, Sendable {
  /// The value of Host, with the port where the client gave one.
  var host: String? { get }
  /// `http` or `https`, as the client sees it.
  var scheme: String { get }
  /// The value of Authorization, one character per byte.
  var authorization: String? { get }
  /// The value of any field, whatever the case of its name, one character per byte. Of one that was sent several times all, with
  /// commas between (RFC 9110, section 5.3).
  func header(_ name: String) -> String?
  /// What the web server calls the request.
  var requestID: RequestID? { get }
}

extension RequestFields {
  /// The field X-Request-Id, if its value can be one.
  public var requestID: RequestID? { header("X-Request-Id").flatMap(RequestID.init) }
}

/// An HTTP request as a web server hands it over, the body complete unless the operation wants it as it arrives.
public final class Request: Sendable {
  /// The method in upper case, as it came.
  public let method: String
  /// The path within the API, decoded once.
  public let path: String
  /// Where the API lies among the paths that the client sees, decoded: empty, or as `/api`, without a slash at its end. ASGI
  /// and FastAPI call it so, CGI calls it SCRIPT_NAME.
  public let rootPath: String
  /// The request as it came, where there is a root path.
  let whole: Request?
  /// Whether the web server has seen this very path, below the root path that it names: then its rules for the path
  /// have been followed. They have not where a prefix was taken off that it has not told of, or where what it told does
  /// not fit.
  let isExact: Bool
  /// The query without its question mark, still encoded.
  public let query: String
  /// The body's bytes, or the first of them.
  public let body: [UInt8]
  /// What follows them; nil where that is all.
  let rest: Rest?

  /// Returns the next bytes of a body as they arrive, and nil behind the last. Throws an `HTTPError` that answers a body which
  /// cannot be read to its end.
  public typealias Rest = @Sendable () async throws -> [UInt8]?
  /// Whether every byte of the target was ASCII.
  let targetIsASCII: Bool
  /// The host of a target in the absolute form.
  private let authority: String?
  private let fields: any RequestFields

  /// The value of Content-Type, one character per byte.
  public let contentType: String?
  /// The value of Host, with the port where the client gave one; of a target in the absolute form its own, whatever Host
  /// says (RFC 9112, section 3.2.2).
  public var host: String? { authority ?? fields.host }
  /// `http` or `https`, as the client sees it.
  public var scheme: String { fields.scheme }
  /// The value of Authorization, one character per byte.
  public var authorization: String? { fields.authorization }
  /// What the web server calls the request, if it says so.
  public var id: RequestID? { fields.requestID }
  /// The trace that it belongs to, if it says so.
  public var trace: TraceParent? { fields.header("traceparent").flatMap(TraceParent.init) }
  /// The value of any field, as `RequestFields` has it.
  public func header(_ name: String) -> String? { fields.header(name) }

  /// A request whose path is decoded already.
  public convenience init(
    method: String, path: String, query: String, contentType: String?, fields: any RequestFields,
    body: [UInt8] = [], rest: Rest? = nil
  ) {
    self.init(method, RequestTarget(path: path, query: query), contentType, fields, body, rest)
  }

  /// A request for `target`, which is a path, still encoded, with an optional query, or a whole address (RFC 9112, sections
  /// 3.2.1 and 3.2.2). A fragment, which no client should send, is cut. The bytes are read during the call.
  public convenience init(
    method: String, target: UnsafeBufferPointer<UInt8>, contentType: String?, fields: any RequestFields,
    body: [UInt8] = [], rest: Rest? = nil
  ) {
    self.init(method, RequestTarget(target), contentType, fields, body, rest)
  }

  /// A request with these fields.
  public convenience init(
    method: String, target: String, contentType: String? = nil, host: String? = nil, scheme: String = "http",
    authorization: String? = nil, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
    rest: Rest? = nil
  ) {
    var target = target
    let fields = GivenFields(host: host, scheme: scheme, authorization: authorization, headers: headers)
    self.init(method, target.withUTF8 { RequestTarget($0) }, contentType, fields, body, rest)
  }

  private init(
    _ method: String, _ target: RequestTarget, _ contentType: String?, _ fields: any RequestFields,
    _ body: [UInt8], _ rest: Rest?
  ) {
    (self.method, self.fields, self.body, self.contentType) = (method, fields, body, contentType)
    self.rest = rest
    (path, query, authority, targetIsASCII) = (target.path, target.query, target.authority, target.isASCII)
    (rootPath, whole, isExact) = ("", nil, true)
  }

  private init(_ other: Request, rootPath: String, path: String, isExact: Bool) {
    (self.rootPath, self.path, whole, self.isExact) = (rootPath, path, other, isExact)
    (method, query, body, fields) = (other.method, other.query, other.body, other.fields)
    rest = other.rest
    (authority, targetIsASCII, contentType) = (other.authority, other.targetIsASCII, other.contentType)
  }

  /// The same request to an API that lies at `rootPath`, of which it asks for `path`. `isExact` is false where the web
  /// server, by what it says, has not seen that path.
  public func at(rootPath: String, path: String, isExact: Bool = true) -> Request {
    Request(self, rootPath: rootPath, path: path, isExact: isExact)
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

/// Fields that are known beforehand.
private final class GivenFields: RequestFields {
  let host: String?
  let scheme: String
  let authorization: String?

  private let headers: [(name: String, value: String)]

  init(host: String?, scheme: String, authorization: String?, headers: [(name: String, value: String)]) {
    (self.host, self.scheme, self.authorization) = (host, scheme, authorization)
    self.headers = headers.map { ($0.name.lowercased(), $0.value) }
  }

  func header(_ name: String) -> String? {
    let values = headers.filter { $0.name == name.lowercased() }.map(\.value)
    return values.isEmpty ? nil : values.joined(separator: ", ")
  }
}
