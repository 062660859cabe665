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
    operation.add(
      parameter: name, in: "path", required: true, schema: Value.document(range), schemas: Value.schemas)
  }
}

/// A parameter of the query. Of a repeated one the last value counts, as in FastAPI, or all of them, if it is an array.
///
/// ```swift
/// Query<Int64>("limit", default: 100, .within(1...1000))
/// Query<GroupKind?>("kind")
/// Query<[Int32]>("id", default: [], .count(.atMost(100)))
/// ```
public struct Query<Value: ParameterValues>: Input {
  private let parameter: NamedParameter<Value>

  /// A parameter that is required unless it is an optional, which is nil where it is absent.
  public init(_ name: String, _ constraint: Value.Constraint = Value.unconstrained) {
    parameter = NamedParameter(place: "query", name: name, constraint: constraint, fallback: nil)
  }

  /// A parameter that has `value` where it is absent.
  public init(_ name: String, default value: Value, _ constraint: Value.Constraint = Value.unconstrained) {
    parameter = NamedParameter(place: "query", name: name, constraint: constraint, fallback: value)
  }

  /// Behind the path.
  public var order: InputOrder { .query }

  /// Reads the values of that name.
  public func check(_ call: Call, _ validation: inout Validation) -> Value? {
    parameter.check(call.query(parameter.name), &validation)
  }

  /// A parameter in the query.
  public func describe(_ operation: inout OperationDocument) { parameter.describe(&operation) }
}

/// A field of the request's header, such as `X-Tenant`, whatever its case.
///
/// The web server hands it on as a parameter. nginx is told which ones by a list (`HeaderParameters` makes it); where it has not been
/// told, a field is absent. Of a field that was sent several times it makes one, with commas between the values (RFC 9110, section 5.3), so an
/// array is all that stands between commas, whereas FastAPI keeps what was sent apart.
public struct Header<Value: ParameterValues>: Input {
  private let parameter: NamedParameter<Value>

  /// A field that is required unless it is an optional, which is nil where it is absent.
  public init(_ name: String, _ constraint: Value.Constraint = Value.unconstrained) {
    parameter = NamedParameter(place: "header", name: name, constraint: constraint, fallback: nil)
  }

  /// A field that has `value` where it is absent.
  public init(_ name: String, default value: Value, _ constraint: Value.Constraint = Value.unconstrained) {
    parameter = NamedParameter(place: "header", name: name, constraint: constraint, fallback: value)
  }

  /// Behind the query.
  public var order: InputOrder { .header }

  /// Reads the field.
  public func check(_ call: Call, _ validation: inout Validation) -> Value? {
    parameter.check(call.header(parameter.name).map(Value.split) ?? [], &validation)
  }

  /// A parameter in the header.
  public func describe(_ operation: inout OperationDocument) { parameter.describe(&operation) }
}

/// What query and header have in common.
private struct NamedParameter<Value: ParameterValues>: Sendable {
  let place: String
  let name: String
  let constraint: Value.Constraint
  /// What holds where nothing came, by the operation's word.
  let fallback: Value?

  func check(_ texts: [String], _ validation: inout Validation) -> Value? {
    guard texts.isEmpty else {
      return validation.within(.key(place)) { validation in
        validation.within(.key(name)) { Value.parse(all: texts, constraint, &$0) }
      }
    }
    if let value = fallback ?? Value.absent { return value }
    validation.report(.missing(.null, location: [.key(place), .key(name)]))
    return nil
  }

  func describe(_ operation: inout OperationDocument) {
    var schema = Value.document(constraint)
    schema["default"] = fallback.map(\.json)
    let isRequired = fallback == nil && Value.absent == nil
    operation.add(parameter: name, in: place, required: isRequired, schema: schema, schemas: Value.schemas)
  }
}
