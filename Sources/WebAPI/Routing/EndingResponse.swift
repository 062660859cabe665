extension Response {
  /// The same, of which what was opened for it learns how it ended: before the web server is told that there is no more, so that
  /// an end which fails breaks the answer off; or when nobody wants the rest of it.
  func ending(_ scope: CallScope) -> Response {
    guard let rest, !scope.isEmpty else { return self }
    let ending = Ending(scope)
    let next: @Sendable () async throws -> [UInt8]? = {
      do {
        if let piece = try await rest.next() { return piece }
      } catch {
        try await ending.end(.failure(error))
        throw error
      }
      try await ending.end(.success)
      return nil
    }
    let ended: @Sendable (Rest.End) async -> Void = { end in
      // All errors but this one have been told by then.
      try? await ending.end(.failure(CancellationError()))
      await rest.ended(end)
    }
    var response = self
    response.rest = Rest(next, ended: ended)
    return response
  }
}

/// What ends with an answer that streams, once. Unchecked: one task at a time asks for the next piece, or tells of the end.
private final class Ending: @unchecked Sendable {
  private var scope: CallScope?

  init(_ scope: CallScope) {
    self.scope = scope
  }

  func end(_ outcome: Outcome) async throws {
    var scope = scope.take()
    try await scope?.exit(outcome)
  }
}
