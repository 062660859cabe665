internal import PostgreSQL
internal import WebAPI

/// What a client sends to create a user, or to replace one.
struct UserCreate: Schema {
  let email: String
  let name: String

  static let schema = ObjectSchema<UserCreate>(
    "UserCreate", UserCreate.init,
    Field("email", \.email, .email),
    Field("name", \.name, .string))
}

/// What a client sends to change a user: only what is to change.
struct UserUpdate: Schema {
  let email: String?
  let name: String?

  static let schema = ObjectSchema<UserUpdate>(
    "UserUpdate", UserUpdate.init,
    Field("email", \.email, optional: .email),
    Field("name", \.name, optional: .string))
}

/// What a client gets.
struct UserOut: Schema {
  let email: String
  let name: String
  let id: Int32
  let createdAt: DateTime

  /// A stored user as it is, even if its address would be refused today.
  static let schema = ObjectSchema<UserOut>(
    "UserOut", UserOut.init,
    Field("email", \.email, .email),
    Field("name", \.name, .string),
    Field("id", \.id, .integer),
    Field("created_at", \.createdAt, .dateTime))
}

extension UserOut {
  init(_ user: User) {
    self.init(
      email: user.email, name: user.name, id: user.id,
      createdAt: DateTime(microseconds: user.createdAt.microseconds))
  }
}
