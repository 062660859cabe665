/// An error that says itself how a request is answered: ``HTTPError``, ``ValidationError``.
public protocol AnsweringError: Error, Sendable {
  /// The answer.
  var response: Response { get }
}

/// What an operation answers to errors that another module knows, such as a database's.
public protocol ErrorTranslation: Sendable {
  /// The answers that it gives, for the documentation. It has the list of validation errors by itself.
  var errors: [HTTPError] { get }
  /// The answer to an error of the handler, or of the release of a dependency; nil: it stays what it is.
  func answer(to error: any Error) -> (any AnsweringError)?
}

extension ErrorTranslation {
  /// The same work, whose errors are translated.
  func around(
    _ run: @escaping @Sendable (Request, [String], Caller?) async throws -> Response
  ) -> @Sendable (Request, [String], Caller?) async throws -> Response {
    { request, pathValues, caller in
      do {
        return try await run(request, pathValues, caller)
      } catch {
        throw answer(to: error)?.quoting(request) ?? error
      }
    }
  }
}

extension AnsweringError {
  /// An error about a place in the body has what was sent there as its input, as validation errors have, where it has none.
  fileprivate func quoting(_ request: Request) -> any AnsweringError {
    guard let error = self as? ValidationError, error.input == .null, error.location.first == "body",
      let body = try? JSONParser.parse(request.body), let sent = body.value(at: error.location.dropFirst())
    else { return self }
    return ValidationError(error.type, error.message, input: sent, context: error.context, location: error.location)
  }
}

extension JSONValue {
  /// What stands at a place in it.
  fileprivate func value(at steps: ArraySlice<ValidationError.Step>) -> JSONValue? {
    guard let step = steps.first else { return self }
    switch (step, self) {
    case (.key(let name), .object(let object)): return object[name]?.value(at: steps.dropFirst())
    case (.index(let index), .array(let values)):
      return values.indices.contains(index) ? values[index].value(at: steps.dropFirst()) : nil
    default: return nil
    }
  }
}
