internal import PostgreSQL

/// A row of the table users. The table may be its owner's: one of wider ids, or with columns that take NULL, is read as it is.
struct User: Row {
  let email: String?
  let name: String?
  let id: Int64
  let createdAt: Timestamp?

  static let decoder = RowDecoder(User.init(known:name:id:createdAt:), orElse: User.init(email:name:id:createdAt:))
  /// In the order of the initializer's parameters.
  static let columns: SQL = "email, name, id, created_at"
}

extension User {
  init(known email: String, name: String, id: Int64, createdAt: Timestamp) {
    (self.email, self.name, self.id, self.createdAt) = (email, name, id, createdAt)
  }
}
