/// A type that is made from a row.
///
/// ```swift
/// extension User: Row {
///   static let decoder = RowDecoder(User.init)
/// }
/// ```
public protocol Row: Sendable {
  /// How; the columns come in the order of the statement's list.
  static var decoder: RowDecoder<Self> { get }
}

/// Makes a value from the columns of a row, by position.
public struct RowDecoder<Model>: Sendable {
  let columns: [ColumnDescription]
  let make: @Sendable (inout RowReader) throws(DatabaseError) -> Model

  /// Takes the types of the columns from the function's parameters; usually it is the model's initializer.
  public init<each Column: PostgreSQLDecodable>(_ make: @escaping @Sendable (repeat each Column) -> Model) {
    var columns: [ColumnDescription] = []
    for column in repeat (each Column).self {
      columns.append(ColumnDescription(column))
    }
    self.columns = columns
    self.make = { (row: inout RowReader) throws(DatabaseError) in
      make(repeat try row.next(as: (each Column).self))
    }
  }
}

extension RowDecoder {
  /// The same for a table whose columns may have no value after all: a row that `make` cannot be made of, for its NULLs, is
  /// given to `other`. Optionals in every row would cost twice as much as the row.
  public init<each Column: PostgreSQLDecodable, each Tolerant: PostgreSQLDecodable>(
    _ make: @escaping @Sendable (repeat each Column) -> Model,
    orElse other: @escaping @Sendable (repeat each Tolerant) -> Model
  ) {
    let (usual, tolerant) = (RowDecoder(make), RowDecoder(other))
    columns = tolerant.columns
    self.make = { (row: inout RowReader) throws(DatabaseError) in
      do throws(DatabaseError) {
        return try usual.make(&row)
      } catch {
        row.beginAgain()
        return try tolerant.make(&row)
      }
    }
  }
}

/// What a model wants of a column.
struct ColumnDescription: Sendable {
  let name: String
  /// The type that fits exactly, if there is one.
  let type: PostgreSQLType?
  let decodes: @Sendable (PostgreSQLType) -> Bool

  init<Column: PostgreSQLDecodable>(_ type: Column.Type) {
    let text = "\(type)"
    name = text.hasPrefix("Optional<") ? String(text.dropFirst(9).dropLast()) : text
    self.type = (type as? any PostgreSQLEncodable.Type)?.postgreSQLType
    decodes = { Column.decodes($0) }
  }
}

/// A position in a result, at the next column of a row.
package struct RowReader: ~Copyable {
  private let result: QueryResult
  private var row: Int
  private var column = 0

  package init(_ result: QueryResult, row: Int = 0) {
    (self.result, self.row) = (result, row)
  }

  /// Back to the row's first column.
  mutating func beginAgain() {
    column = 0
  }

  // Always inlined, so that a model's initializer knows its types here; for each cell of each row that is half the work.
  @inline(__always) mutating func next<Value: PostgreSQLDecodable>(
    as type: Value.Type
  ) throws(DatabaseError) -> Value {
    do {
      let value = try result.decode(row, column, as: type)
      column &+= 1
      return value
    } catch {
      throw failure(error, "\(type)")
    }
  }

  private func failure(_ error: DecodingFailure, _ type: String) -> DatabaseError {
    let got = result.type(ofColumn: column)
    return .decoding(
      "column \(column + 1) (\(result.name(ofColumn: column))): expected \(type), got \(error.found) of \(got)")
  }

  package mutating func allModels<Model>(_ decoder: RowDecoder<Model>) throws(DatabaseError) -> [Model] {
    try result.check(decoder.columns)
    var models: [Model] = []
    models.reserveCapacity(result.rowCount)
    while row < result.rowCount {
      column = 0
      models.append(try decoder.make(&self))
      row += 1
    }
    return models
  }

  /// The number of the row that is read next.
  var position: Int { row }
  var isAtEnd: Bool { row >= result.rowCount }

  /// The row's model, and on to the next row; nil behind the last row.
  mutating func nextModel<Model>(_ decoder: RowDecoder<Model>) throws(DatabaseError) -> Model? {
    guard let model = try model(decoder) else { return nil }
    row += 1
    column = 0
    return model
  }

  /// The row's model; nil behind the last row.
  package mutating func model<Model>(_ decoder: RowDecoder<Model>) throws(DatabaseError) -> Model? {
    try result.check(decoder.columns)
    return row < result.rowCount ? try decoder.make(&self) : nil
  }
}

extension QueryResult {
  /// Compares once, although several may read the rows of a lookup: they all want the same model.
  func check(_ columns: [ColumnDescription]) throws(DatabaseError) {
    guard !isChecked else { return }
    if let mismatch = mismatch(with: columns) { throw .decoding(mismatch) }
    isChecked = true
  }

  /// What a result's columns lack to be decoded as `columns`; nil if nothing.
  func mismatch(with columns: [ColumnDescription]) -> String? {
    guard columnCount == columns.count else { return "expected \(columns.count) columns, got \(columnCount)" }
    for index in columns.indices where !columns[index].decodes(type(ofColumn: index)) {
      let got = type(ofColumn: index)
      return "column \(index + 1) (\(name(ofColumn: index))): expected \(columns[index].name), got \(got)"
    }
    return nil
  }
}
