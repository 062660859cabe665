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
        throw answer(to: error) ?? error
      }
    }
  }
}
