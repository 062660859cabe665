/// Something that a handler takes: a parameter of path, query or header, the body, a dependency, or what you make of a call.
///
/// All inputs of an operation are checked first, so that a client learns every error at once; only then are they opened.
///
/// ```swift
/// struct Page: Input {                                       // ?page=3 as an offset
///   var order: InputOrder { .query }
///   func check(_ call: Call, _ validation: inout Validation) -> Int? {
///     let text = call.query("page").last ?? "1"
///     return validation.within(.key("query")) { $0.within(.key("page")) { Int.parse(text, .atLeast(1), &$0) } }
///   }
///   func describe(_ operation: inout OperationDocument) {
///     operation.add(parameter: "page", in: "query", required: false, schema: Int.document(.atLeast(1)))
///   }
/// }
/// ```
public protocol Input<Value>: Sendable {
  /// What `check` found, to be opened if all other inputs are right as well.
  associatedtype Checked
  /// What the handler gets.
  associatedtype Value

  /// Where FastAPI lists its errors: path, query, header, body.
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
  case dependency, path, query, header, body

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
