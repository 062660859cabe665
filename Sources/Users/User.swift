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
  /// The same for statements whose rows are read together with others: a long name, which may be as long as a request, is left
  /// out, and the row read by itself.
  static let shortColumns: SQL = """
    email, CASE WHEN octet_length(name) <= 1024 THEN name END AS name, id, created_at
    """
  /// Whether nothing was left out of it. Where the table lets names be NULL, it was not either.
  var isWhole: Bool { name != nil }
}

extension User {
  init(known email: String, name: String, id: Int64, createdAt: Timestamp) {
    (self.email, self.name, self.id, self.createdAt) = (email, name, id, createdAt)
  }
}
