/// A position in a result, at the next column of a row.
package struct RowReader: ~Copyable {
  private let result: QueryResult
  private(set) var row: Int
  private var column = 0

  package init(_ result: QueryResult, row: Int = 0) {
    (self.result, self.row) = (result, row)
  }

  // Always inlined, so that the decoder knows its types here; for each cell of each row that is half the work.
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
    try result.check(decoder.layout)
    return try decoder.all(result, row)
  }

  /// The models of some of the rows.
  mutating func models<Model>(_ decoder: RowDecoder<Model>, at rows: [Int]) throws(DatabaseError) -> [Model] {
    try result.check(decoder.layout)
    var models: [Model] = []
    models.reserveCapacity(rows.count)
    for row in rows {
      (self.row, column) = (row, 0)
      models.append(try decoder.make(&self))
    }
    return models
  }

  var isAtEnd: Bool { row >= result.rowCount }

  /// On to the next row.
  mutating func advance() { (row, column) = (row &+ 1, 0) }

  /// The row's model; nil behind the last row.
  package mutating func model<Model>(_ decoder: RowDecoder<Model>) throws(DatabaseError) -> Model? {
    try result.check(decoder.layout)
    return (0..<result.rowCount).contains(row) ? try decoder.make(&self) : nil
  }
}
