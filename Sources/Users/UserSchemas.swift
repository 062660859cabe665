internal import PostgreSQL
internal import WebAPI

/// What a client sends to create a user, or to replace one.
struct UserCreate: Schema {
  let email: String
  let name: String

  static let schema: ObjectSchema<UserCreate> = schema(longestName: nil)

  static func schema(longestName: Int?) -> ObjectSchema<UserCreate> {
    ObjectSchema(
      "UserCreate", UserCreate.init,
      Field("email", \.email, .email),
      Field("name", \.name, .string(maximumLength: longestName)))
  }
}

/// What a client sends to change a user: only what is to change.
struct UserUpdate: Schema {
  let email: String?
  let name: String?

  static let schema: ObjectSchema<UserUpdate> = schema(longestName: nil)

  static func schema(longestName: Int?) -> ObjectSchema<UserUpdate> {
    ObjectSchema(
      "UserUpdate", UserUpdate.init,
      Field("email", \.email, optional: .email),
      Field("name", \.name, optional: .string(maximumLength: longestName)))
  }
}

/// What a client gets: a stored user as it is, even if its address would be refused today, or a column has no value.
struct UserOut: Schema {
  let email: String?
  let name: String?
  let id: Int64
  let createdAt: Timestamp?

  static let schema = ObjectSchema<UserOut>(
    "UserOut", UserOut.init,
    Field("email", \.email, .stored(.email)),
    Field("name", \.name, .stored(.string)),
    Field("id", \.id, .integer(documentedAs: Int32.self)),
    Field("created_at", \.createdAt, .stored(.dateTime)))
}

extension UserOut {
  init(_ user: User) {
    self.init(email: user.email, name: user.name, id: user.id, createdAt: user.createdAt)
  }
}
