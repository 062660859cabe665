internal import PostgreSQL

/// A row of the table users.
struct User: Row {
  let email: String
  let name: String
  let id: Int32
  let createdAt: Timestamp

  static let decoder = RowDecoder(User.init)
  /// In the order of the initializer's parameters.
  static let columns: SQL = "email, name, id, created_at"
}
