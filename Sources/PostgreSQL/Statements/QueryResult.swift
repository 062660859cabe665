internal import CPostgreSQL
internal import Glibc

/// A statement's result as libpq holds it; freed with this object.
///
/// Unchecked: it does not change.
package final class QueryResult: @unchecked Sendable {
  // Unsafe: libpq's own memory. This object is its only owner, and pointers into it do not leave the functions below.
  private let pointer: OpaquePointer

  /// What has been found out about its columns.
  let known: KnownColumns

  package convenience init(owning pointer: OpaquePointer) { self.init(owning: pointer, KnownColumns()) }

  init(owning pointer: OpaquePointer, _ known: KnownColumns) {
    (self.pointer, self.known) = (pointer, known)
  }

  deinit {
    PQclear(pointer)
  }

  /// Bytes of libpq's memory that it takes.
  var memory: Int { PQresultMemorySize(pointer) }
  var rowCount: Int { Int(PQntuples(pointer)) }
  var columnCount: Int { Int(PQnfields(pointer)) }
  var status: ExecStatusType { PQresultStatus(pointer) }

  /// What the server calls the statement: `SELECT`, `COMMIT`.
  var commandTag: String { PQcmdStatus(pointer).map { String(cString: $0) } ?? "" }

  /// The number of rows that the statement changed or returned; 0 where it has none.
  var affectedRows: Int { PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

  func type(ofColumn column: Int) -> PostgreSQLType {
    PostgreSQLType(oid: PQftype(pointer, Int32(clamping: column)))
  }

  func name(ofColumn column: Int) -> String {
    PQfname(pointer, Int32(clamping: column)).map { String(cString: $0) } ?? "?"
  }

  /// Whether a column is called what the model calls it.
  func isNamed(_ wanted: ColumnDescription, _ column: Int) -> Bool {
    guard wanted.name != nil else { return true }
    guard let name = PQfname(pointer, Int32(clamping: column)) else { return false }
    return wanted.nameBytes.withUnsafeBufferPointer { $0.baseAddress.map { strcmp(name, $0) == 0 } ?? false }
  }

  func resultColumn(_ column: Int) -> ResultColumn {
    let number = Int32(clamping: column)
    return ResultColumn(
      name: name(ofColumn: column), type: type(ofColumn: column), table: Int64(PQftable(pointer, number)),
      number: PQftablecol(pointer, number))
  }

  /// The types of the values that a prepared statement takes; of a result that describes one.
  var parameterTypes: [PostgreSQLType] {
    (0..<PQnparams(pointer)).map { PostgreSQLType(oid: PQparamtype(pointer, $0)) }
  }

  /// The number of the column of this name.
  func column(_ name: String) -> Int? {
    let number = PQfnumber(pointer, "\"\(name)\"")
    return number < 0 ? nil : Int(number)
  }

  /// Gives `body` the bytes of a value; none for NULL.
  func withBytes<Result>(_ row: Int, _ column: Int, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let (row, column) = (Int32(clamping: row), Int32(clamping: column))
    return body(
      UnsafeRawBufferPointer(
        start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column))))
  }

  /// Decodes one value. libpq itself checks `row` and `column`, and gives NULL outside of the result.
  @inline(__always) func decode<Value: PostgreSQLDecodable>(
    _ row: Int, _ column: Int, as type: Value.Type
  ) throws(DecodingFailure) -> Value {
    let (row, column) = (Int32(clamping: row), Int32(clamping: column))
    let length = Int(PQgetlength(pointer, row, column))
    // NULL has no length, and most values have one.
    guard length > 0 || PQgetisnull(pointer, row, column) == 0, let start = PQgetvalue(pointer, row, column) else {
      return try Value.decodeNull()
    }
    return try Value.decode(UnsafeRawBufferPointer(start: start, count: length).bytes)
  }

  /// The error that the result carries, where it carries one.
  var error: ServerError {
    func field(_ code: Character) -> String? {
      PQresultErrorField(pointer, Int32(code.asciiValue ?? 0)).map { String(cString: $0) }
    }
    var error = ServerError(
      SQLState(field("C") ?? ""), severity: field("V") ?? field("S") ?? "",
      message: field("M") ?? PQresultErrorMessage(pointer).map { String(cString: $0) } ?? "")
    (error.detail, error.hint) = (field("D"), field("H"))
    (error.schema, error.table, error.column) = (field("s"), field("t"), field("c"))
    error.constraint = field("n")
    error.position = field("P").flatMap { Int($0) }
    error.routine = field("R")
    error.isServers = error.routine != nil && field("F") != nil && field("L") != nil
    return error
  }
}
