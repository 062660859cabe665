internal import CPostgreSQL
internal import PostgreSQL

/// A result of libpq with the columns and values that PostgreSQL sends for users, in binary.
///
/// Unsafe: libpq's own memory. The rows are never freed, and every copy belongs to whoever asked for it.
struct UserRows {
  private let result: OpaquePointer

  init(_ users: [User]) throws {
    guard let result = PQmakeEmptyPGresult(nil, PGRES_TUPLES_OK) else { throw Unexpected("no memory") }
    self.result = result
    try setColumns([("email", 1043), ("name", 1043), ("id", 23), ("created_at", 1184)])
    for (row, user) in users.enumerated() {
      let moment = user.createdAt.microseconds - 946_684_800_000_000  // PostgreSQL counts from the year 2000
      let values = [Array(user.email.utf8), Array(user.name.utf8), bigEndian(user.id), bigEndian(moment)]
      for (column, value) in values.enumerated() { try set(row, column, value) }
    }
  }

  /// A result of its own, as a statement's is.
  func copy() throws -> OpaquePointer {
    guard let copy = PQcopyResult(result, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES) else { throw Unexpected("no memory") }
    return copy
  }

  private func setColumns(_ columns: [(name: StaticString, type: Oid)]) throws {
    var attributes = columns.map { column in
      var attribute = PGresAttDesc()
      attribute.name = UnsafeMutableRawPointer(mutating: column.name.utf8Start).assumingMemoryBound(to: CChar.self)
      attribute.typid = column.type
      attribute.format = 1
      return attribute
    }
    guard PQsetResultAttrs(result, Int32(columns.count), &attributes) != 0 else { throw Unexpected("no columns") }
  }

  private func set(_ row: Int, _ column: Int, _ value: [UInt8]) throws {
    var bytes = value.map { CChar(bitPattern: $0) }
    guard PQsetvalue(result, Int32(row), Int32(column), &bytes, Int32(bytes.count)) != 0 else {
      throw Unexpected("no value")
    }
  }
}

private func bigEndian(_ value: some FixedWidthInteger) -> [UInt8] {
  withUnsafeBytes(of: value.bigEndian) { Array($0) }
}
