/// All inputs of an operation, or of a dependency: one tuple for its handler.
///
/// A type of its own, because the compiler (6.3) crashes on asynchronous closures whose type contains a parameter pack;
/// here the pack has become a plain type before the handler's closure is seen.
public struct Inputs<Arguments>: Sendable {
  /// Opens inputs that are right.
  typealias Opening = (inout CallScope) async throws -> Arguments

  let describe: @Sendable (inout OperationDocument) -> Void
  /// Checks every input; nil after errors were reported, in FastAPI's order.
  let check: @Sendable (Call, inout Validation) -> Opening?
  /// The arguments, where every input is there without waiting; throws as `read` does.
  private let readyArguments: (@Sendable (Call) throws -> Arguments)?

  /// Inputs that are right.
  enum Reading {
    case ready(Arguments)
    /// Some have to be opened first.
    case opening(Opening)
  }

  /// Checks every input; throws `RequestValidationError` with all errors at once.
  func read(_ call: Call) throws -> Reading {
    if let readyArguments { return .ready(try readyArguments(call)) }
    var validation = Validation()
    guard let open = check(call, &validation) else { throw RequestValidationError(validation.errors) }
    return .opening(open)
  }

  /// No input.
  public init() where Arguments == Void {
    describe = { _ in }
    check = { _, _ in { _ in } }
    readyArguments = { _ in }
  }

  /// Several inputs.
  public init<First: Input, Second: Input, each Rest: Input>(
    _ first: First, _ second: Second, _ rest: repeat each Rest
  ) where Arguments == (First.Value, Second.Value, repeat (each Rest).Value) {
    describe = { operation in
      first.describe(&operation)
      second.describe(&operation)
      repeat (each rest).describe(&operation)
    }
    check = { call, outer in
      var validation = Validation()
      let firstChecked = inspect(first, call, &validation)
      let secondChecked = inspect(second, call, &validation)
      let restChecked = (repeat inspect(each rest, call, &validation))
      guard outer.takes(validation) else { return nil }
      return { scope in
        (
          try await first.open(unwrap(firstChecked), &scope), try await second.open(unwrap(secondChecked), &scope),
          repeat try await (each rest).open(unwrap(each restChecked), &scope)
        )
      }
    }
    var isReady = first.isReady && second.isReady
    for input in repeat each rest { isReady = isReady && input.isReady }
    guard isReady else {
      readyArguments = nil
      return
    }
    readyArguments = { call in
      var validation = Validation()
      let firstChecked = inspect(first, call, &validation)
      let secondChecked = inspect(second, call, &validation)
      let restChecked = (repeat inspect(each rest, call, &validation))
      guard validation.errors.isEmpty else { throw validation.failure }
      return (
        try first.value(unwrap(firstChecked)), try second.value(unwrap(secondChecked)),
        repeat try (each rest).value(unwrap(each restChecked))
      )
    }
  }

  /// A single input; a tuple of one is not the same to the compiler.
  public init<Argument: Input>(_ input: Argument) where Arguments == Argument.Value {
    describe = { input.describe(&$0) }
    check = { call, outer in
      var validation = Validation()
      let checked = inspect(input, call, &validation)
      guard outer.takes(validation) else { return nil }
      return { try await input.open(unwrap(checked), &$0) }
    }
    guard input.isReady else {
      readyArguments = nil
      return
    }
    readyArguments = { call in
      var validation = Validation()
      let checked = inspect(input, call, &validation)
      guard validation.errors.isEmpty else { throw validation.failure }
      return try input.value(unwrap(checked))
    }
  }
}

private func inspect<Argument: Input>(
  _ input: Argument, _ call: Call, _ validation: inout Validation
) -> Argument.Checked? {
  let checked = input.check(call, &validation)
  validation.note(input.order)
  return checked
}

extension Validation {
  /// Reports what other inputs have found, in FastAPI's order; whether it was nothing.
  fileprivate mutating func takes(_ other: Validation) -> Bool {
    if other.errors.isEmpty { return true }
    for error in other.failure.errors { report(error) }
    return false
  }
}
