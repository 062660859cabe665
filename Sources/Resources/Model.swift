public import PostgreSQL
public import WebAPI

/// A row that clients get as it is: what is an attribute of it is a column of the table, and a field in JSON of the same name.
///
/// ```swift
/// struct Group: Model {
///   let id: Int32
///   let title: String
///
///   static let model = Definition("Group", Group.init, Attribute("id", \.id), Attribute("title", \.title))
/// }
/// ```
///
/// A column that clients do not get is `Attribute(hidden: "password_hash", \.passwordHash)`. Where more is to differ, there is a `Row` and a
/// `Schema`.
public protocol Model: Row, Schema {
  /// The declaration.
  static var model: Definition { get }
  /// What declares it.
  typealias Definition = ModelDefinition<Self>
}

extension Model {
  /// Its columns.
  public static var decoder: RowDecoder<Self> { model.decoder }
  /// Its fields.
  public static var schema: ObjectSchema<Self> { model.schema }
}

/// A model's columns and fields.
public struct ModelDefinition<Model>: Sendable {
  let decoder: RowDecoder<Model>
  let schema: ObjectSchema<Model>

  /// A model, called `name` in the documentation, whose attributes are the parameters of `make`, in its order: that in which the
  /// struct declares them.
  public init<each Value: PostgreSQLDecodable & FieldValue>(
    _ name: String, _ make: @escaping @Sendable (repeat each Value) -> Model,
    _ attributes: repeat Attribute<Model, each Value>
  ) {
    decoder = RowDecoder(make, repeat (each attributes).column)
    schema = ObjectSchema(name, make, repeat (each attributes).field)
  }
}

/// An attribute of a model: a column, and a field of its name.
public struct Attribute<Model, Value: PostgreSQLDecodable & FieldValue>: Sendable {
  let column: Column<Model, Value>
  let field: Field<Model, Value>

  /// An attribute. Where `expression` is given, it stands in lists of columns, `AS` the name.
  public init(_ name: String, _ property: any KeyPath<Model, Value> & Sendable, _ expression: SQL? = nil) {
    column = Column(name, property, expression)
    field = Field(name, property)
  }

  /// A column that is no field: clients do not get it. A model that has one is none that clients can send.
  public init(hidden name: String, _ property: any KeyPath<Model, Value> & Sendable, _ expression: SQL? = nil) {
    column = Column(name, property, expression)
    field = Field(name, property).hidden
  }
}
