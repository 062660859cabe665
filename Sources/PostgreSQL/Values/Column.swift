/// A column of a model's rows: what the result calls it, and where its value stands in Swift.
///
/// ```swift
/// Column("title", \.title)
/// Column("members", \.members, "count(*)")
/// ```
public struct Column<Model, Value: PostgreSQLDecodable>: Sendable {
  let description: ColumnDescription

  /// A column.
  /// - Parameters:
  ///   - name: exactly as the result has it; lists of columns quote it.
  ///   - property: what it becomes.
  ///   - expression: what stands in a list of columns, `AS` the name; nil: the name itself.
  public init(_ name: String, _ property: any KeyPath<Model, Value> & Sendable, _ expression: SQL? = nil) {
    self.init(name: name, property, expression)
  }

  /// A column whatever it is called: the only one of its rows, so that no other can be in its place.
  init(only property: any KeyPath<Model, Value> & Sendable) {
    self.init(name: nil, property, nil)
  }

  private init(name: String?, _ property: any KeyPath<Model, Value> & Sendable, _ expression: SQL?) {
    description = ColumnDescription(name, Value.self, MemoryLayout<Model>.offset(of: property), expression)
  }
}

/// What a model wants of a column.
final class ColumnDescription: Sendable {
  /// nil: any.
  let name: String?
  /// Terminated by NUL, as libpq has its names.
  let nameBytes: ContiguousArray<CChar>
  let expression: SQL?
  /// Where the value lies in the model; nil where it is computed.
  let offset: Int?
  /// The Swift type, for messages.
  let typeName: String
  /// The server's type that fits exactly, if there is one.
  let type: PostgreSQLType?
  let takesNull: Bool
  let decodes: @Sendable (PostgreSQLType) -> Bool

  init<Value: PostgreSQLDecodable>(_ name: String?, _ type: Value.Type, _ offset: Int?, _ expression: SQL?) {
    let text = "\(type)"
    (self.name, self.offset, self.expression) = (name, offset, expression)
    nameBytes = (name ?? "").utf8CString
    typeName = text.hasPrefix("Optional<") ? String(text.dropFirst(9).dropLast()) : text
    self.type = (type as? any PostgreSQLEncodable.Type)?.postgreSQLType
    takesNull = (try? Value.decodeNull()) != nil
    decodes = { Value.decodes($0) }
  }
}
