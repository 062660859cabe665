/// An application: its operations, and the one place where whatever they throw becomes an answer.
public struct API: Sendable {
  private let router: Router
  /// In the order in which they were given.
  public let operations: [Operation]
  private let title: String
  private let version: String
  private let security: HTTPBearer?
  private let translate: @Sendable (any Error, Request) -> Response?
  private let report: @Sendable (any Error, Request) -> Void
  package let warn: @Sendable (String) -> Void

  /// Where a FastAPI application has its documentation.
  public static let documentationPages = ["/docs", "/docs/oauth2-redirect", "/openapi.json", "/redoc"]

  /// An application.
  /// - Parameters:
  ///   - title: its name in the documentation.
  ///   - version: its version in the documentation.
  ///   - operations: all of them.
  ///   - security: the condition of every operation but health checks; nil answers everybody.
  ///   - pages: paths that the web server answers with files, for GET; all else about them is answered here.
  ///   - translate: the answer to an error that is neither an `HTTPError` nor of validation; nil answers 500.
  ///   - report: called with the errors that became a 500, and their requests.
  ///   - warn: called with a sentence where an operation has answered with a status that it does not declare, once for each, and where
  ///     the web server keeps back what operations read.
  public init(
    title: String, version: String, _ operations: [Operation], security: HTTPBearer? = nil,
    pages: [String] = API.documentationPages,
    translate: @escaping @Sendable (any Error, Request) -> Response? = { _, _ in nil },
    report: @escaping @Sendable (any Error, Request) -> Void = { _, _ in },
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    router = Router(operations, pages: pages)
    self.operations = operations
    self.title = title
    self.version = version
    self.security = security
    self.translate = translate
    self.report = report
    self.warn = warn
  }

  /// The OpenAPI document, version 3.1.0, of all operations.
  public var document: JSONValue { document(rootPath: "") }

  /// The same where the API lies at `rootPath`.
  public func document(rootPath: String) -> JSONValue {
    OpenAPIDocument.make(
      title: title, version: version, operations, isSecured: security != nil,
      server: PercentEncoding.encode(rootPath, safe: Self.inPath))
  }

  /// The fields of the header that operations read, each once, in their order.
  public var headers: [String] {
    var names: [String] = []
    for name in operations.compactMap(\.document).flatMap(\.headers)
    where !names.contains(where: { $0.lowercased() == name.lowercased() }) { names.append(name) }
    return names
  }

  /// Answers a request. Never throws: an error is an answer too.
  /// That to HEAD has GET's body, whose length is told (RFC 9110, section 8.6); who sends it leaves the body out.
  public func respond(to request: Request) async -> Response {
    await respond(to: request, isExact: request.isExact)
  }

  private func respond(to request: Request, isExact: Bool) async -> Response {
    // What the path leads to, and what of it has begun: who may not call is answered before.
    var (wanted, called): (Operation?, Operation?) = (nil, nil)
    do {
      switch router.match(request.method, request.path, isExact: isExact) {
      case _ where !request.isHTTP: return .noHTTP
      case .operation(let operation, let values):
        wanted = operation
        let caller = operation.isHealthCheck ? nil : try security?.check(request, for: operation.method)
        called = operation
        var response = try await operation.run(request, values, caller)
        if response.status != operation.status { note(response.status, of: operation) }
        if let rest = response.rest { response.rest = observed(rest, request) }
        response.operation = operation
        return response
      case .otherMethods(let methods): return otherMethod(request, methods)
      case .page: return page(request)
      case .none: return try await elsewhere(request)
      }
    } catch let error as HTTPError {
      if let flaw = error.flaw { return unexpected(flaw, request).of(wanted) }
      note(error.status, of: called)
      return error.response.of(wanted)
    } catch let error as any AnsweringError {
      let response = error.response
      note(response.status, of: called)
      return response.of(wanted)
    } catch {
      return unexpected(error, request).of(wanted)
    }
  }

  /// Who has sent a request that an operation of `method` has answered, may it have been theirs to ask for or not; nil where it
  /// needs no key, or has none that is valid now.
  package func caller(of request: Request) -> Caller? { security?.caller(of: request) }

  /// Who reads the documentation is to know every answer; who has left one out is told.
  private func note(_ status: Int, of operation: Operation?) {
    guard let operation, operation.isNews(status) else { return }
    warn("\(operation.label) has answered with \(status), which it does not declare")
  }

  /// Whether an operation wants the body of its requests as it arrives.
  public var readsPieces: Bool { operations.contains { $0.bodyReading != .whole } }

  /// How the operation that will answer a request wants its body.
  public func bodyReading(of request: Request) -> BodyReading {
    bodyReading(of: request, isExact: request.isExact)
  }

  private func bodyReading(of request: Request, isExact: Bool) -> BodyReading {
    switch router.match(request.method, request.path, isExact: isExact) {
    case .operation(let operation, _): operation.bodyReading
    case .none: request.whole.map { bodyReading(of: $0, isExact: false) } ?? .whole
    case .otherMethods, .page: .whole
    }
  }

  /// The description is answered here too, for web servers that have no file of it, and below a root path, where it says so.
  private func page(_ request: Request) -> Response {
    guard request.path.hasPrefix("/openapi.json") else { return HTTPError(404, "Not Found").response }
    return Response(status: 200, json: Array(document(rootPath: request.rootPath).text.utf8))
  }

  /// Where the path is none of the API's: the same with the other ending may be, or the whole of it.
  /// lighttpd without `fix-root-scriptname` takes the first segment of any path for one.
  private func elsewhere(_ request: Request) async throws -> Response {
    if let response = try redirect(request) { return response }
    guard let whole = request.whole else { throw HTTPError(404, "Not Found") }
    return await respond(to: whole, isExact: false)
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
  private func redirect(_ request: Request) throws -> Response? {
    guard request.path != "/" else { return nil }
    // By bytes: a slash may be one character with what stands beside it.
    var path = request.path.utf8[...]
    while path.last == UInt8(ascii: "/") { path.removeLast() }
    let other = String(Substring(path)) + (path.endIndex == request.path.endIndex ? "/" : "")
    if case .none = router.match(request.method, other, isExact: false) { return nil }
    let location = location(request, other)
    guard location.utf8.count <= Self.longestLocation else { throw HTTPError(414, "URI Too Long") }
    return Response(status: 307, headers: [("Location", location)])
  }

  /// Web servers take a header of about 32 KiB (nginx/roster/fastcgi.conf); a target of half of that may be three times
  /// as long when it is encoded, and Host comes on top.
  private static let longestLocation = 30 << 10

  /// An absolute address, as Starlette gives it; a relative one where the request names no usable host.
  private func location(_ request: Request, _ path: String) -> String {
    let path = PercentEncoding.encode(request.rootPath + path, safe: Self.inPath)
    let origin = request.host.map { HostField.isUsable($0) ? "\(request.scheme)://\($0)" : "" } ?? ""
    let query = PercentEncoding.encode(request.query, safe: ":/%#?=@[]!$&'()*+,;")
    return origin + path + (query.isEmpty ? "" : "?\(query)")
  }

  /// What Starlette leaves as it is in the path of an address.
  private static let inPath = "/:%=@[]!$&'()*+,;"

  /// What fails behind the first bytes of an answer is nobody's answer any more, and told all the same.
  private func observed(_ rest: Response.Rest, _ request: Request) -> Response.Rest {
    let next: @Sendable () async throws -> [UInt8]? = {
      do {
        return try await rest.next()
      } catch {
        if translate(error, request) == nil { report(error, request) }
        throw error
      }
    }
    return Response.Rest(next, ended: rest.ended)
  }

  private func unexpected(_ error: any Error, _ request: Request) -> Response {
    if let known = translate(error, request) { return known }
    report(error, request)
    return Response(
      status: 500, headers: [("Content-Type", "text/plain; charset=utf-8")], body: Array("Internal Server Error".utf8)
    )
  }
}
