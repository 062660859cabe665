/// All inputs of an operation: one tuple for its handler.
///
/// A type of its own, because the compiler (6.3) crashes on asynchronous closures whose type contains a parameter pack;
/// here the pack has become a plain type before the handler's closure is seen.
public struct Inputs<Arguments>: Sendable {
  let describe: @Sendable (inout OperationDocument) -> Void
  /// Checks every input; throws `RequestValidationError` with all errors at once.
  let read: @Sendable (Call) throws -> Reading

  /// Inputs that are right.
  enum Reading {
    case ready(Arguments)
    /// Some have to be opened first.
    case opening((inout CallScope) async throws -> Arguments)
  }

  /// No input.
  public init() where Arguments == Void {
    describe = { _ in }
    read = { _ in .ready(()) }
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
    read = { call in
      var validation = Validation()
      let firstChecked = check(first, call, &validation)
      let secondChecked = check(second, call, &validation)
      let restChecked = (repeat check(each rest, call, &validation))
      guard validation.errors.isEmpty else { throw validation.failure }
      var isReady = first.isReady && second.isReady
      for input in repeat each rest { isReady = isReady && input.isReady }
      guard isReady else {
        return .opening { scope in
          (
            try await first.open(unwrap(firstChecked), &scope), try await second.open(unwrap(secondChecked), &scope),
            repeat try await (each rest).open(unwrap(each restChecked), &scope)
          )
        }
      }
      return .ready(
        (
          try first.value(unwrap(firstChecked)), try second.value(unwrap(secondChecked)),
          repeat try (each rest).value(unwrap(each restChecked))
        ))
    }
  }

  /// A single input; a tuple of one is not the same to the compiler.
  public init<Argument: Input>(_ input: Argument) where Arguments == Argument.Value {
    describe = { input.describe(&$0) }
    read = { call in
      var validation = Validation()
      let checked = check(input, call, &validation)
      guard validation.errors.isEmpty else { throw validation.failure }
      guard input.isReady else { return .opening { try await input.open(unwrap(checked), &$0) } }
      return .ready(try input.value(unwrap(checked)))
    }
  }
}

private func check<Argument: Input>(
  _ input: Argument, _ call: Call, _ validation: inout Validation
) -> Argument.Checked? {
  let checked = input.check(call, &validation)
  validation.note(input.order)
  return checked
}
