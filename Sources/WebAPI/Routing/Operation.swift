internal import Synchronization

/// A method on a path: what it takes, what it does, what it answers, and what the documentation says of it.
///
///     Operation(
///       .get, "/users/{user_id}", "read_user", Inputs(Path<Int32>("user_id"), session), returns: UserOut.self
///     ) { id, session in
///       …
///     }
public final class Operation: Sendable {
  /// Of a request; that to HEAD is GET's.
  public let method: Method
  let template: PathTemplate
  /// The usual status of success.
  let status: Int
  /// nil for a health check, which is no part of the API.
  let document: OperationDocument?
  let bodyReading: BodyReading
  /// What becomes of errors that the handler throws.
  package let translation: (any ErrorTranslation)?
  /// Answers a request whose path and method are the operation's; with the texts of the path's parameters, and who sent it.
  let run: @Sendable (Request, _ pathValues: [String], Caller?) async throws -> Response

  /// Every status that the documentation has.
  private let declared: Set<Int>
  /// Those that were answered although it has them not.
  private let undeclared = Mutex<Set<Int>>([])

  package var isHealthCheck: Bool { document == nil }
  /// How messages call it.
  var label: String { "\(method.rawValue) \(path)" }
  /// The path with its parameters, as it was declared: `/users/{user_id}`.
  public var path: String { template.text }

  /// An operation.
  /// - Parameters:
  ///   - method: what clients name it by, together with `path`.
  ///   - path: `/users/{user_id}`; a parameter is a whole segment and matches any text but the empty one.
  ///   - name: a name in snake case, from which FastAPI's operationId and summary are derived.
  ///   - inputs: what `handler` takes, in its order.
  ///   - returns: what `handler` returns: a schema, an array of one, an ``Answer``, ``NoContent``.
  ///   - status: the status of success.
  ///   - responseDescription: what it means, for the documentation.
  ///   - also: further statuses of success, and what each means; `handler` returns an ``Answer`` to give one.
  ///   - headers: the names of header fields that answers with any of these statuses may have.
  ///   - errors: what `handler` may throw. The documentation gets all of it; another status is told once, see ``API``.
  ///   - translation: what becomes of other errors that it throws; the documentation has these answers too.
  ///   - tags: groups of operations that the documentation shows together.
  ///   - summary: a few words for the documentation; without them, `name`.
  ///   - description: some sentences for the documentation, in Markdown.
  ///   - handler: runs when every input is valid, on the caller's executor.
  ///
  /// What does not fit together here is found by ``API/problems()``.
  public init<Arguments, Result: ResponseBody>(
    _ method: Method, _ path: String, _ name: String, _ inputs: Inputs<Arguments>,
    returns: Result.Type, status: Int = 200, responseDescription: String = "Successful Response",
    also: KeyValuePairs<Int, String> = [:], headers: [String] = [], errors: [HTTPError] = [],
    translating translation: (any ErrorTranslation)? = nil, tags: [String] = [], summary: String? = nil,
    description: String? = nil,
    handler: @escaping @Sendable (Arguments) async throws -> Result
  ) {
    var document = OperationDocument(name: name, path: path, method: method)
    (document.tags, document.summary, document.description) = (tags, summary, description)
    inputs.describe(&document)
    document.setResult(Result.self, status, responseDescription, also: also, headers: headers)
    document.add(errors: errors + (translation?.errors ?? []).filter { !errors.contains($0) })
    let template = PathTemplate(path)
    self.method = method
    self.template = template
    self.status = status
    self.document = document
    declared = document.statuses
    bodyReading = document.bodyReading
    self.translation = translation
    let readsBody = document.hasBody
    let run: @Sendable (Request, [String], Caller?) async throws -> Response = { request, pathValues, caller in
      let reading = try inputs.read(
        Call(request, template, pathValues: pathValues, caller: caller, readsBody: readsBody))
      switch reading {
      case .ready(let arguments): return try await handler(arguments).response(status: status)
      case .opening(let open): return try await Self.run(handler, open, status)
      }
    }
    // Not `??`: that would call every operation by way of another function, which costs each request some hundred instructions.
    if let translation { self.run = translation.around(run) } else { self.run = run }
  }

  /// A health check, for load balancers and monitoring: GET on `path` is answered with 200 `{"status":"ok"}`, or with
  /// what `check` throws. It is open to everybody, also where the operations have a condition, and not documented.
  public init(healthCheck path: String, _ check: @escaping @Sendable () async throws -> Void) {
    method = .get
    template = PathTemplate(path)
    status = 200
    document = nil
    declared = []
    bodyReading = .whole
    translation = nil
    run = { _, _, _ in
      try await check()
      return Response(status: 200, json: Array(#"{"status":"ok"}"#.utf8))
    }
  }

  private init(_ operation: Operation, tags: [String]) {
    var document = operation.document
    document?.tags = tags
    self.document = document
    (method, template, status) = (operation.method, operation.template, operation.status)
    (declared, bodyReading) = (operation.declared, operation.bodyReading)
    (translation, run) = (operation.translation, operation.run)
  }

  /// The operation with these tags, if it has none of its own.
  package func tagged(_ tags: [String]) -> Operation {
    tags.isEmpty || document?.tags.isEmpty == false ? self : Operation(self, tags: tags)
  }

  /// Whether the documentation does not know of an answer with this status, and nobody has been told of it yet.
  func isNews(_ status: Int) -> Bool {
    guard !isHealthCheck, !declared.contains(status) else { return false }
    return undeclared.withLock { $0.insert(status).inserted }
  }

  /// Runs the handler once its dependencies are there, and tells them how it ended when its answer has been made.
  private static func run<Arguments, Result: ResponseBody>(
    _ handler: (Arguments) async throws -> Result, _ open: (inout CallScope) async throws -> Arguments, _ status: Int
  ) async throws -> Response {
    var scope = CallScope()
    let response: Response
    do {
      response = try await handler(open(&scope)).response(status: status)
    } catch {
      try await scope.exit(.failure(error))
      throw error
    }
    if response.rest != nil { return response.ending(scope) }
    try await scope.exit(.success)
    return response
  }
}
