/// A method on a path: what it takes, what it does, what it answers, and what the documentation says of it.
///
///     Operation(
///       .get, "/users/{user_id}", "read_user", Inputs(Path<Int32>("user_id"), session), returns: UserOut.self
///     ) { id, session in
///       …
///     }
public final class Operation: Sendable {
  let method: Method
  let path: PathTemplate
  /// nil for a health check, which is no part of the API.
  let document: OperationDocument?
  /// Answers a request whose path and method are the operation's; with the texts of the path's parameters.
  let run: @Sendable (Request, _ pathValues: [String]) async throws -> Response

  var isHealthCheck: Bool { document == nil }

  /// An operation.
  /// - Parameters:
  ///   - path: `/users/{user_id}`; a parameter is a whole segment and matches any text but the empty one.
  ///   - name: a name in snake case, from which FastAPI's operationId and summary are derived.
  ///   - inputs: what `handler` takes, in its order.
  ///   - status: the status of success.
  ///   - errors: what `handler` may throw, for the documentation.
  ///   - handler: runs when every input is valid, on the caller's executor.
  public init<Arguments, Result: ResponseBody>(
    _ method: Method, _ path: String, _ name: String, _ inputs: Inputs<Arguments>,
    returns: Result.Type, status: Int = 200, errors: [HTTPError] = [],
    handler: @escaping @Sendable (Arguments) async throws -> Result
  ) {
    var document = OperationDocument(name: name, path: path, method: method, status: status)
    inputs.describe(&document)
    document.setResult(Result.self)
    document.add(errors: errors)
    let template = PathTemplate(path)
    self.method = method
    self.path = template
    self.document = document
    let (read, readsBody) = (inputs.read, document.hasBody)
    run = { request, pathValues in
      let reading = try read(Call(request, template, pathValues: pathValues, readsBody: readsBody))
      switch reading {
      case .ready(let arguments): return try await handler(arguments).response(status: status)
      case .opening(let open): return try await Self.run(handler, open, status)
      }
    }
  }

  /// A health check, for load balancers and monitoring: GET on `path` is answered with 200 `{"status":"ok"}`, or with
  /// what `check` throws. It is open to everybody, also where the operations have a condition, and not documented.
  public init(healthCheck path: String, _ check: @escaping @Sendable () async throws -> Void) {
    method = .get
    self.path = PathTemplate(path)
    document = nil
    run = { _, _ in
      try await check()
      return Response(status: 200, json: Array(#"{"status":"ok"}"#.utf8))
    }
  }

  /// Runs the handler once its dependencies are there, and has them released when its answer has been made.
  private static func run<Arguments, Result: ResponseBody>(
    _ handler: (Arguments) async throws -> Result, _ open: (inout CallScope) async throws -> Arguments, _ status: Int
  ) async throws -> Response {
    var scope = CallScope()
    do {
      let response = try await handler(open(&scope)).response(status: status)
      await scope.exit()
      return response
    } catch {
      await scope.exit()
      throw error
    }
  }
}
