/// A dependency: made for each request that is valid, told how the request ended, replaceable by another of its type.
///
/// Operations get theirs as a value, so a test hands them a different one. It may have inputs itself, other dependencies among
/// them, which are checked and documented as the operation's own:
///
/// ```swift
/// let tenant = Depends(Inputs(Header<String>("X-Tenant"), session)) { name, session in
///   guard let tenant: Tenant = try await session.first(Tenant.named(name)) else { throw HTTPError(404, "No such tenant") }
///   return tenant
/// }
/// ```
///
/// Where several inputs of a request are or want one and the same dependency, it is made once, as in FastAPI.
public struct Depends<Value: Sendable>: Input {
  /// Makes the value of a call whose inputs are right.
  fileprivate typealias Opening = (inout CallScope) async throws -> Value

  /// What was checked.
  public struct Checked {
    fileprivate let open: Opening?
  }

  private enum Source: Sendable {
    case ready(@Sendable () throws -> Value)
    case opened(Dependency)
  }

  /// What has an identity: by it a request knows what it has made already.
  private final class Dependency: Sendable {
    let check: @Sendable (Call, inout Validation) -> Opening?
    let describe: @Sendable (inout OperationDocument) -> Void
    let release: @Sendable (Value, Outcome) async throws -> Void

    init(
      check: @escaping @Sendable (Call, inout Validation) -> Opening?,
      describe: @escaping @Sendable (inout OperationDocument) -> Void,
      release: @escaping @Sendable (Value, Outcome) async throws -> Void
    ) {
      (self.check, self.describe, self.release) = (check, describe, release)
    }
  }

  private let source: Source

  /// A dependency that is there without waiting, and has nothing to be released.
  public init(ready make: @escaping @Sendable () throws -> Value) {
    source = .ready(make)
  }

  /// A dependency that is made by `make`. If that succeeds, `release` is told how the request ended, before the answer is sent;
  /// with an answer that streams, when that has ended. The answer to a request that has succeeded becomes what `release` throws.
  public init(
    _ make: @escaping @Sendable () async throws -> Value,
    release: @escaping @Sendable (Value, Outcome) async throws -> Void = { _, _ in }
  ) {
    source = .opened(Dependency(check: { _, _ in { _ in try await make() } }, describe: { _ in }, release: release))
  }

  /// A dependency that is made of the request: of its header, query and path, and of who sent it. The body is not there any more.
  ///
  /// What it reads is not documented, and nginx is not told of it: a header that it wants belongs into ``Inputs``.
  public init(
    _ make: @escaping @Sendable (Call) async throws -> Value,
    release: @escaping @Sendable (Value, Outcome) async throws -> Void = { _, _ in }
  ) {
    source = .opened(
      Dependency(
        check: { call, _ in
          let call = call.withoutBody
          return { _ in try await make(call) }
        }, describe: { _ in }, release: release))
  }

  /// A dependency that is made of inputs of its own.
  public init<Arguments>(
    _ inputs: Inputs<Arguments>, _ make: @escaping @Sendable (Arguments) async throws -> Value,
    release: @escaping @Sendable (Value, Outcome) async throws -> Void = { _, _ in }
  ) {
    source = .opened(
      Dependency(
        check: { call, validation in
          guard let open = inputs.check(call, &validation) else { return nil }
          return { scope in try await make(open(&scope)) }
        }, describe: inputs.describe, release: release))
  }

  /// First.
  public var order: InputOrder { .dependency }

  /// Checks the inputs that it has.
  public func check(_ call: Call, _ validation: inout Validation) -> Checked? {
    guard case .opened(let dependency) = source else { return Checked(open: nil) }
    guard let make = dependency.check(call, &validation) else { return nil }
    return Checked { scope in
      if let made: Value = scope.made(by: dependency) { return made }
      let value = try await make(&scope)
      scope.keep(value, by: dependency)
      scope.onExit { try await dependency.release(value, $0) }
      return value
    }
  }

  /// As it was declared.
  public var isReady: Bool {
    if case .ready = source { true } else { false }
  }

  /// Makes the value.
  public func value(_ checked: Checked) throws -> Value {
    guard case .ready(let make) = source else { throw NotReady() }
    return try make()
  }

  /// Makes the value, unless the request has it already.
  public func open(_ checked: Checked, _ scope: inout CallScope) async throws -> Value {
    guard let open = checked.open else { return try value(checked) }
    return try await open(&scope)
  }

  /// What its inputs say.
  public func describe(_ operation: inout OperationDocument) {
    if case .opened(let dependency) = source { dependency.describe(&operation) }
  }
}

/// A dependency was asked for its value although it has to be opened; it cannot happen, and must not trap.
private struct NotReady: Error {}
