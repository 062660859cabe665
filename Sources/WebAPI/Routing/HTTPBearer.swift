/// Bearer tokens (RFC 6750) as a condition of every operation, as FastAPI's `HTTPBearer` is one.
///
/// It is checked once a path and a method have led to an operation, and before anything else of the request is read: a
/// client without a token learns nothing about what is valid. What leads to no operation is answered as ever (404, 405,
/// OPTIONS, redirects), for in FastAPI too a dependency belongs to an operation.
public struct HTTPBearer: Sendable {
  /// What the bearer of a token may do.
  public enum Role: String, Sendable, CaseIterable {
    /// GET and HEAD.
    case reader
    /// Every method.
    case writer
  }

  /// What is known of a token.
  public enum Verdict: Hashable, Sendable {
    /// Nothing.
    case unknown
    /// It was valid once.
    case expired
    /// It is this one's.
    case valid(Caller)
  }

  private let verdict: @Sendable (_ token: String) -> Verdict

  /// A condition that `verdict` decides. The token comes as it was sent, one character per byte, without the white space
  /// around it, and is never empty.
  public init(_ verdict: @escaping @Sendable (_ token: String) -> Verdict) {
    self.verdict = verdict
  }

  /// Who sent a request. Throws the answer to one that may not use an operation of `method`.
  func check(_ request: Request, for method: Method) throws(HTTPError) -> Caller {
    guard let token = Self.token(request.authorization) else { throw Self.notAuthenticated }
    switch verdict(token) {
    case .unknown: throw Self.invalid
    case .expired: throw Self.expired
    case .valid(let caller):
      guard caller.role == .writer || Self.isReading(method) else { throw Self.forbidden }
      return caller
    }
  }

  /// Who sent a request, whether they may use what it asks for or not; nil where that is not known.
  func caller(of request: Request) -> Caller? {
    guard let token = Self.token(request.authorization), case .valid(let caller) = verdict(token) else { return nil }
    return caller
  }

  /// What follows the scheme, whose case does not matter; split as FastAPI splits it.
  private static func token(_ authorization: String?) -> String? {
    guard let scalars = authorization?.unicodeScalars, let space = scalars.firstIndex(of: " ") else { return nil }
    let token = String(scalars[space...].trimmingSpace())
    return String(scalars[..<space]).lowercased() == "bearer" && !token.isEmpty ? token : nil
  }

  /// HEAD is answered by the operation for GET.
  private static func isReading(_ method: Method) -> Bool { method == .get }
}

// MARK: What clients are told

extension HTTPBearer {
  /// FastAPI's words, where it finds no token; the codes of the others are RFC 6750's (section 3.1).
  private static let notAuthenticated = HTTPError(
    401, "Not authenticated", headers: ["WWW-Authenticate": "Bearer"])
  private static let invalid = HTTPError(
    401, "Invalid authentication credentials", headers: ["WWW-Authenticate": #"Bearer error="invalid_token""#])
  private static let expired = HTTPError(
    401, "Expired authentication credentials",
    headers: [
      "WWW-Authenticate": #"Bearer error="invalid_token", error_description="The access token expired""#
    ])
  private static let forbidden = HTTPError(
    403, "Not enough permissions", headers: ["WWW-Authenticate": #"Bearer error="insufficient_scope""#])

  /// Those that a client of an operation can meet.
  static func errors(of method: Method) -> [HTTPError] {
    [notAuthenticated, invalid, expired] + (isReading(method) ? [] : [forbidden])
  }

  /// The name of the scheme in an OpenAPI document.
  static let schemeName = "HTTPBearer"
  /// The OpenAPI security scheme object.
  static let scheme: JSONValue = ["type": "http", "scheme": "bearer"]
}
