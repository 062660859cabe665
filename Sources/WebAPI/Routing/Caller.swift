/// Who sent a request: whose key it has, as the file of keys names it.
///
/// ```swift
/// Operation(.get, "/me", "read_me", Inputs(Caller.current), returns: Me.self) { caller in
///   Me(name: caller?.name ?? "anybody")
/// }
/// ```
public struct Caller: Hashable, Sendable {
  /// The key's name.
  public let name: String
  /// What its bearer may do.
  public let role: HTTPBearer.Role

  /// Whoever has the key of this name.
  public init(name: String, role: HTTPBearer.Role) {
    (self.name, self.role) = (name, role)
  }

  /// An input: who sent the request; nil where the API is open to everybody. The documentation says nothing of it besides the
  /// security that every operation has.
  public static var current: CallerInput { CallerInput() }
}

/// See ``Caller/current``.
public struct CallerInput: Input {
  /// First.
  public var order: InputOrder { .dependency }
  /// There is nothing to check: the key was.
  public func check(_ call: Call, _ validation: inout Validation) -> Caller?? { .some(call.caller) }
  /// The security of all operations.
  public func describe(_ operation: inout OperationDocument) {}
}
