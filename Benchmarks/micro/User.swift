internal import PostgreSQL
internal import WebAPI

/// A row of the table users, as the application has it; its own types are internal.
struct User: Row {
  let email: String
  let name: String
  let id: Int32
  let createdAt: Timestamp

  static let decoder = RowDecoder(
    User.init, Column("email", \.email), Column("name", \.name), Column("id", \.id), Column("created_at", \.createdAt)
  )

  /// A page of users, each a little different.
  static let samples = (1...100).map { (number: Int32) in
    User(
      email: "user\(4000 + number)@example.com", name: number % 4 == 0 ? "Zoë Bergström" : "Maria Anders",
      id: 4000 + number, createdAt: Timestamp(microseconds: 1_795_420_800_123_456 + Int64(number) * 60_000_001))
  }
}

/// What a client gets.
struct UserOut: Schema {
  let email: String
  let name: String
  let id: Int32
  let createdAt: Timestamp

  static let schema = ObjectSchema<UserOut>(
    "UserOut", UserOut.init,
    Field("email", \.email, .email),
    Field("name", \.name, .string),
    Field("id", \.id, .integer),
    Field("created_at", \.createdAt, .dateTime))
}

extension UserOut {
  init(_ user: User) {
    self.init(email: user.email, name: user.name, id: user.id, createdAt: user.createdAt)
  }
}
