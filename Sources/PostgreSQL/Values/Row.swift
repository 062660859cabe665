/// A type that is made from a row.
///
/// ```swift
/// struct Group: Row {
///   let id: Int32
///   let title: String
///
///   static let decoder = RowDecoder(Group.init, Column("id", \.id), Column("title", \.title))
/// }
///
/// let groups = try await session.all("SELECT \(Group.columns) FROM groups", as: Group.self)
/// ```
public protocol Row: Sendable {
  /// How: its columns, in the order of the properties and of a statement's list.
  static var decoder: RowDecoder<Self> { get }
}

/// Makes a value from the columns of a row. They are read by position; that each stands in its place is made sure of by their
/// names and types, once for a result and by `Pool.check` before any.
public struct RowDecoder<Model>: Sendable {
  let layout: RowLayout
  let make: @Sendable (inout RowReader) throws(DatabaseError) -> Model
  // Both are made here, where the type is known: to anybody else each model is memory that is copied by calls.
  /// The models of the rows from one on.
  let all: @Sendable (QueryResult, _ row: Int) throws(DatabaseError) -> [Model]
  /// Hands them over, up to the first of which `take` returns false; returns which row that is, or how many there are.
  let each: @Sendable (QueryResult, _ row: Int, _ take: (consuming Model) -> Bool) throws(DatabaseError) -> Int

  /// The columns are the parameters of `make`, which usually is the model's memberwise initializer, in its order.
  public init<each Value: PostgreSQLDecodable>(
    _ make: @escaping @Sendable (repeat consuming each Value) -> Model, _ columns: repeat Column<Model, each Value>
  ) {
    var descriptions: [ColumnDescription] = []
    for column in repeat each columns { descriptions.append(column.description) }
    layout = RowLayout(descriptions, of: "\(Model.self)")
    self.make = { (row: inout RowReader) throws(DatabaseError) in
      make(repeat try row.next(as: (each Value).self))
    }
    all = { (result: QueryResult, row: Int) throws(DatabaseError) in
      var models: [Model] = []
      models.reserveCapacity(result.rowCount - row)
      var rows = RowReader(result, row: row)
      while !rows.isAtEnd {
        models.append(make(repeat try rows.next(as: (each Value).self)))
        rows.advance()
      }
      return models
    }
    each = { (result: QueryResult, row: Int, take: (consuming Model) -> Bool) throws(DatabaseError) in
      var rows = RowReader(result, row: row)
      while !rows.isAtEnd {
        guard take(make(repeat try rows.next(as: (each Value).self))) else { break }
        rows.advance()
      }
      return rows.row
    }
  }
}
