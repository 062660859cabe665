/// Something that a handler takes: a parameter of the path or the query, the body, or a dependency.
///
/// All inputs of an operation are checked first, so that a client learns every error at once; only then are they opened.
public protocol Input<Value>: Sendable {
  /// What `check` found, to be opened if all other inputs are right as well.
  associatedtype Checked
  /// What the handler gets.
  associatedtype Value

  /// Where FastAPI lists its errors: path, query, body.
  var order: InputOrder { get }
  /// Validates the input's part of a call; nil after an error was reported.
  func check(_ call: Call, _ validation: inout Validation) -> Checked?
  /// Whether `value` makes the handler's value, at once; else `open` does.
  var isReady: Bool { get }
  /// Makes the handler's value without waiting.
  func value(_ checked: Checked) throws -> Value
  /// Makes the handler's value; what must be released afterwards is given to `scope`.
  func open(_ checked: Checked, _ scope: inout CallScope) async throws -> Value
  /// Adds what the documentation says of it.
  func describe(_ operation: inout OperationDocument)
}

/// The order in which errors are listed.
public enum InputOrder: Int, Comparable, Sendable {
  case dependency, path, query, body

  /// Whether `left` is listed first.
  public static func < (left: InputOrder, right: InputOrder) -> Bool { left.rawValue < right.rawValue }
}

extension Input where Checked == Value {
  /// What was checked is what the handler gets.
  public func value(_ checked: Checked) -> Value { checked }
}

extension Input {
  /// Nothing to wait for.
  public var isReady: Bool { true }
  /// What is there without waiting.
  public func open(_ checked: Checked, _ scope: inout CallScope) async throws -> Value { try value(checked) }
}

/// A parameter of the path, `{name}` in its template.
public struct Path<Value: ParameterValue>: Input {
  let name: String
  let range: Value.Constraint

  /// A parameter with the bounds of its Swift type.
  public init(_ name: String, _ constraint: Value.Constraint = Value.unconstrained) {
    self.name = name
    range = constraint
  }

  /// Behind dependencies.
  public var order: InputOrder { .path }

  /// Reads the value of the segment that the template names.
  public func check(_ call: Call, _ validation: inout Validation) -> Value? {
    guard let text = call.pathValue(name) else { return nil }
    return validation.within(.key("path")) { validation in
      validation.within(.key(name)) { Value.parse(text, range, &$0) }
    }
  }

  /// A required parameter in the path.
  public func describe(_ operation: inout OperationDocument) {
    operation.add(parameter: name, in: "path", required: true, schema: Value.document(range))
  }
}

/// A parameter of the query; of a repeated one the last counts, as in FastAPI.
public struct Query<Value: ParameterValue>: Input {
  let name: String
  let absent: Value?
  let constraint: Value.Constraint

  /// A required parameter.
  public init(_ name: String, _ constraint: Value.Constraint = Value.unconstrained) {
    self.name = name
    absent = nil
    self.constraint = constraint
  }

  /// A parameter that has `value` where it is absent.
  public init(_ name: String, default value: Value, _ constraint: Value.Constraint = Value.unconstrained) {
    self.name = name
    absent = value
    self.constraint = constraint
  }

  /// Behind the path.
  public var order: InputOrder { .query }

  /// Reads the last value of that name.
  public func check(_ call: Call, _ validation: inout Validation) -> Value? {
    guard let text = call.query.last(name) else {
      if absent == nil { validation.report(.missing(.null, location: [.key("query"), .key(name)])) }
      return absent
    }
    return validation.within(.key("query")) { validation in
      validation.within(.key(name)) { Value.parse(text, constraint, &$0) }
    }
  }

  /// A parameter in the query.
  public func describe(_ operation: inout OperationDocument) {
    var schema = Value.document(constraint)
    schema["default"] = absent.map(\.json)
    operation.add(parameter: name, in: "query", required: absent == nil, schema: schema)
  }
}

/// The body, as JSON of a schema.
public struct Body<Value: Schema>: Input {
  private let schema: ObjectSchema<Value>

  /// A body of this type, as its own schema has it.
  public init(_: Value.Type = Value.self) { schema = Value.schema }
  /// A body as another schema of the type has it, such as one whose bounds are a setting.
  public init(_ schema: ObjectSchema<Value>) { self.schema = schema }

  /// Last.
  public var order: InputOrder { .body }

  /// Validates the JSON against the schema.
  public func check(_ call: Call, _ validation: inout Validation) -> Value? {
    validation.within(.key("body")) { validation in
      switch call.body {
      case .empty:
        validation.report(.missing(.null))
        return nil
      case .text(let text): return schema.decode(.string(text), &validation)
      case .json(let json): return schema.decode(json, &validation)
      }
    }
  }

  /// The request body.
  public func describe(_ operation: inout OperationDocument) {
    operation.setBody(schema.reference, schemas: [schema.document] + schema.schemas)
  }
}

/// A dependency: made for each request that is valid, released when the request ends, replaceable by another of its type.
///
/// Operations get theirs as a value, so a test hands them a different one.
public struct Depends<Value: Sendable>: Input {
  private enum Source: Sendable {
    case ready(@Sendable () throws -> Value)
    case opened(@Sendable () async throws -> Value, release: @Sendable (Value) async -> Void)
  }

  private let source: Source

  /// A dependency that is there without waiting, and has nothing to be released.
  public init(ready make: @escaping @Sendable () throws -> Value) {
    source = .ready(make)
  }

  /// A dependency that is made by `make` and, if that succeeds, released by `release`.
  public init(
    _ make: @escaping @Sendable () async throws -> Value,
    release: @escaping @Sendable (Value) async -> Void = { _ in }
  ) {
    source = .opened(make, release: release)
  }

  /// First.
  public var order: InputOrder { .dependency }
  /// There is nothing to check.
  public func check(_ call: Call, _ validation: inout Validation) -> Void? { () }

  /// As it was declared.
  public var isReady: Bool {
    if case .ready = source { true } else { false }
  }

  /// Makes the value.
  public func value(_ checked: Void) throws -> Value {
    guard case .ready(let make) = source else { throw NotReady() }
    return try make()
  }

  /// Makes the value.
  public func open(_ checked: Void, _ scope: inout CallScope) async throws -> Value {
    guard case .opened(let make, let release) = source else { return try value(checked) }
    let value = try await make()
    scope.onExit { await release(value) }
    return value
  }

  /// The client sees nothing of it.
  public func describe(_ operation: inout OperationDocument) {}
}

/// A dependency was asked for its value although it has to be opened; it cannot happen, and must not trap.
private struct NotReady: Error {}
