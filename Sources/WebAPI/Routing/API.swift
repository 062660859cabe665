/// An application: its operations, and the one place where whatever they throw becomes an answer.
public struct API: Sendable {
  private let router: Router
  private let operations: [Operation]
  private let title: String
  private let version: String
  private let security: HTTPBearer?
  private let translate: @Sendable (any Error) -> HTTPError?
  private let report: @Sendable (any Error, Request) -> Void

  /// Where a FastAPI application has its documentation.
  public static let documentationPages = ["/docs", "/docs/oauth2-redirect", "/openapi.json", "/redoc"]

  /// An application.
  /// - Parameters:
  ///   - title: its name in the documentation.
  ///   - version: its version in the documentation.
  ///   - security: the condition of every operation but health checks; nil answers everybody.
  ///   - pages: paths that the web server answers with files, for GET; all else about them is answered here.
  ///   - translate: the answer to an error that is neither an `HTTPError` nor of validation; nil answers 500.
  ///   - report: called with the errors that became a 500, and their requests.
  public init(
    title: String, version: String, _ operations: [Operation], security: HTTPBearer? = nil,
    pages: [String] = API.documentationPages,
    translate: @escaping @Sendable (any Error) -> HTTPError? = { _ in nil },
    report: @escaping @Sendable (any Error, Request) -> Void = { _, _ in }
  ) {
    router = Router(operations, pages: pages)
    self.operations = operations
    self.title = title
    self.version = version
    self.security = security
    self.translate = translate
    self.report = report
  }

  /// The OpenAPI document, version 3.1.0, of all operations.
  public var document: JSONValue {
    OpenAPIDocument.make(title: title, version: version, operations, isSecured: security != nil)
  }

  /// Answers a request. Never throws: an error is an answer too.
  public func respond(to request: Request) async -> Response {
    var response: Response
    do {
      switch router.match(request.method, request.path) {
      case _ where !request.isHTTP: response = .noHTTP
      case .operation(let operation, let values):
        if !operation.isHealthCheck { try security?.check(request, for: operation.method) }
        response = try await operation.run(Call(request, operation, pathValues: values))
      case .otherMethods(let methods): response = otherMethod(request, methods)
      case .page: response = HTTPError(404, "Not Found").response
      case .none: response = redirect(request) ?? HTTPError(404, "Not Found").response
      }
    } catch let error as HTTPError {
      response = error.response
    } catch let error as RequestValidationError {
      response = error.response
    } catch {
      response = unexpected(error, request)
    }
    if request.method == "HEAD" { response.body = [] }
    return response
  }

  /// OPTIONS is answered, every other method that the path lacks is refused; both name those it has.
  private func otherMethod(_ request: Request, _ methods: [Method]) -> Response {
    var names = methods.map(\.rawValue)
    if let get = names.firstIndex(of: "GET") { names.insert("HEAD", at: get + 1) }
    let allow = (names + ["OPTIONS"]).joined(separator: ", ")
    if request.method == "OPTIONS" { return Response(status: 204, headers: [("Allow", allow)]) }
    return HTTPError(405, "Method Not Allowed", headers: ["Allow": allow]).response
  }

  /// The same path with the other ending is where the client wanted to go, if that exists: 307, whatever the method.
  private func redirect(_ request: Request) -> Response? {
    guard request.path != "/" else { return nil }
    // By bytes: a slash may be one character with what stands beside it.
    var path = request.path.utf8[...]
    while path.last == UInt8(ascii: "/") { path.removeLast() }
    let other = String(Substring(path)) + (path.endIndex == request.path.endIndex ? "/" : "")
    if case .none = router.match(request.method, other) { return nil }
    return Response(status: 307, headers: [("Location", location(request, other))])
  }

  /// An absolute address, as Starlette gives it; a relative one where the request names no usable host.
  private func location(_ request: Request, _ path: String) -> String {
    let path = PercentEncoding.encode(path, safe: "/:%=@[]!$&'()*+,;")
    let origin = request.host.map { HostField.isUsable($0) ? "\(request.scheme)://\($0)" : "" } ?? ""
    let query = PercentEncoding.encode(request.query, safe: ":/%#?=@[]!$&'()*+,;")
    return origin + path + (query.isEmpty ? "" : "?\(query)")
  }

  private func unexpected(_ error: any Error, _ request: Request) -> Response {
    if let known = translate(error) { return known.response }
    report(error, request)
    return Response(
      status: 500, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array("Internal Server Error".utf8)
    )
  }
}
