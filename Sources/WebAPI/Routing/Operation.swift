/// A method on a path: what it takes, what it does, what it answers, and what the documentation says of it.
///
///     Operation(.get, "/users/{user_id}", "read_user", Path<Int32>("user_id"), session, returns: UserOut.self) {
///       id, session in
///       …
///     }
public struct Operation: Sendable {
  let method: Method
  let path: PathTemplate
  let document: OperationDocument
  let readsBody: Bool
  /// Answers a call whose path and method are the operation's.
  let run: @Sendable (Call) async throws -> Response

  /// An operation.
  /// - Parameters:
  ///   - path: `/users/{user_id}`; a parameter is a whole segment and matches any text but the empty one.
  ///   - name: a name in snake case, from which FastAPI's operationId and summary are derived.
  ///   - inputs: what `handler` takes, in its order.
  ///   - status: the status of success.
  ///   - errors: what `handler` may throw, for the documentation.
  ///   - handler: runs when every input is valid, on the caller's executor.
  public init<each Argument: Input, Result: ResponseBody>(
    _ method: Method, _ path: String, _ name: String, _ inputs: repeat each Argument,
    returns: Result.Type, status: Int = 200, errors: [HTTPError] = [],
    handler: @escaping @Sendable (repeat (each Argument).Value) async throws -> Result
  ) {
    var document = OperationDocument(name: name, path: path, method: method, status: status)
    repeat (each inputs).describe(&document)
    document.setResult(Result.self)
    document.add(errors: errors)
    self.method = method
    self.path = PathTemplate(path)
    self.document = document
    readsBody = document.hasBody
    run = { call in
      var validation = Validation()
      let checked = (repeat Self.check(each inputs, call, &validation))
      guard validation.errors.isEmpty else { throw validation.failure }
      var scope = CallScope()
      do {
        let values = (repeat try await (each inputs).open(unwrap(each checked), &scope))
        let result = try await handler(repeat each values)
        await scope.exit()
        return Self.answer(result, status)
      } catch {
        await scope.exit()
        throw error
      }
    }
  }

  private static func check<Argument: Input>(
    _ input: Argument, _ call: Call, _ validation: inout Validation
  ) -> Argument.Checked? {
    let checked = input.check(call, &validation)
    validation.note(input.order)
    return checked
  }

  private static func answer(_ result: some ResponseBody, _ status: Int) -> Response {
    var writer = JSONWriter()
    result.write(to: &writer)
    return Response(status: status, json: writer.bytes)
  }
}
