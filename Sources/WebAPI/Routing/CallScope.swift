/// How a request ended, for what was opened for it.
public enum Outcome: Sendable {
  /// The handler has returned. Its answer has not been sent, or, if it streams, has left as a whole.
  case success
  /// Something was thrown: by the handler, by another dependency, or for a piece of an answer that streams; of which nobody wants
  /// the rest, it is a `CancellationError`.
  case failure(any Error)
}

/// What was made for a call, and what must be undone when it ends, however it ends.
public struct CallScope {
  private var exits: [@Sendable (Outcome) async throws -> Void] = []
  private var made: [(dependency: ObjectIdentifier, value: any Sendable)] = []

  /// Runs `action` when the call has ended; the last one first. What it throws where the call has succeeded is what the others
  /// are told, and what the client is answered.
  public mutating func onExit(_ action: @escaping @Sendable (Outcome) async throws -> Void) {
    exits.append(action)
  }

  /// Throws the failure that `outcome` is, or that ending has made of it.
  mutating func exit(_ outcome: Outcome) async throws {
    var outcome = outcome
    while let action = exits.popLast() {
      do { try await action(outcome) } catch { if case .success = outcome { outcome = .failure(error) } }
    }
    if case .failure(let error) = outcome { throw error }
  }

  var isEmpty: Bool { exits.isEmpty }

  func made<Value>(by dependency: AnyObject) -> Value? {
    // Nothing at all could be cast to an optional.
    guard let entry = made.first(where: { $0.dependency == ObjectIdentifier(dependency) }) else { return nil }
    return entry.value as? Value
  }

  mutating func keep(_ value: some Sendable, by dependency: AnyObject) {
    made.append((ObjectIdentifier(dependency), value))
  }
}
