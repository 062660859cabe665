internal import PostgreSQL

/// A row of the table users. The table may be its owner's: one of wider ids, or with columns that take NULL, is read as it is.
struct User: Row {
  let email: String?
  let name: String?
  let id: Int64
  let createdAt: Timestamp?

  static let decoder = RowDecoder(
    User.init, Column("email", \.email), Column("name", \.name), Column("id", \.id), Column("created_at", \.createdAt)
  )
  /// The columns for statements whose rows are read together with others: a long name, which may be as long as a request, is left
  /// out, and the row read by itself.
  static let shortColumns = columns(replacing: ["name": "CASE WHEN octet_length(name) <= 1024 THEN name END"])
  /// Whether nothing was left out of it. Where the table lets names be NULL, it was not either.
  var isWhole: Bool { name != nil }
}
