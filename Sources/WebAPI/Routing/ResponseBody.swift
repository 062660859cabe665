/// What a handler may return: it becomes an answer, and documents itself.
public protocol ResponseBody: Sendable {
  /// The answer with this status.
  func response(status: Int) async throws -> Response
  /// The JSON Schema; nil where there is no body. `title` names a schema that has no name of its own.
  static func document(title: String) -> JSONValue?
  /// The schemas it refers to.
  static var schemas: [SchemaDocument] { get }
}

/// A body that is in memory as a whole.
public protocol JSONBody: ResponseBody {
  /// Appends the body's JSON.
  func write(to writer: inout JSONWriter)
}

extension JSONBody {
  /// The answer with the body's JSON. It waits for nothing; but a function that cannot would be called on another executor
  /// where one that can is asked for, and 700 instructions later.
  public func response(status: Int) async -> Response {
    var writer = JSONWriter()
    write(to: &writer)
    return Response(status: status, json: writer.bytes)
  }
}

extension Schema {
  /// The object, as declared.
  public func write(to writer: inout JSONWriter) { Self.schema.encode(self, &writer) }
  /// A reference to the schema.
  public static func document(title: String) -> JSONValue? { schema.reference }
  /// The schema and those it refers to.
  public static var schemas: [SchemaDocument] { [schema.document] + schema.schemas }
}

extension Array: ResponseBody, JSONBody where Element: JSONBody {
  /// The elements as a JSON array.
  public func write(to writer: inout JSONWriter) { writer.array(self) { $1.write(to: &$0) } }

  /// An array of the element's schema.
  public static func document(title: String) -> JSONValue? {
    Element.document(title: title).map { ["type": "array", "items": $0, "title": .string(title)] }
  }

  /// The element's schemas.
  public static var schemas: [SchemaDocument] { Element.schemas }
}

/// The body of an answer that has none (204).
public struct NoContent: JSONBody {
  /// No content.
  public init() {}
  /// Nothing.
  public func write(to writer: inout JSONWriter) {}
  /// None.
  public static func document(title: String) -> JSONValue? { nil }
  /// None.
  public static var schemas: [SchemaDocument] { [] }
}
