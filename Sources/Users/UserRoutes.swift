public import PostgreSQL
public import Resources
public import WebAPI

/// The resource `/users/`.
public struct Users: Resource {
  private let longestName: Int?

  /// `longestName` is how many characters (code points) a client may send for a name; nil: as many as the column takes.
  /// Stored names are given out whatever their length.
  public init(longestName: Int? = nil) {
    self.longestName = longestName
  }

  /// Those of `UserCRUD`.
  public var statements: [DeclaredStatement] { UserCRUD.statements }

  /// Create, list, read, replace, update, delete.
  public func operations(_ session: Depends<Session>) -> [Operation] {
    let id = Path<Int32>("user_id")
    let whole = Body(UserCreate.schema(longestName: longestName))
    let change = Body(UserUpdate.schema(longestName: longestName))
    Operation(
      .post, "/users/", "create_user", Inputs(whole, session), returns: UserOut.self,
      errors: [Self.emailTaken] + Refusal.errors
    ) { user, session in
      let users = UserCRUD(session: session)
      let created = try await Self.duplicates.check(Self.emailTaken, { await users.owner(of: user.email) != nil }) {
        try await Self.refusals.explained(session, ["email": user.email, "name": user.name]) {
          try await users.create(user)
        }
      }
      guard let created else { throw Refused.silently }
      return UserOut(created)
    }
    Operation(
      .get, "/users/", "read_users",
      Inputs(
        Query<Int64>("skip", default: 0, .atLeast(0)), Query<Int64>("limit", default: 100, .atLeast(0)), session),
      returns: ArrayStream<UserOut>.self
    ) { skip, limit, session in
      let rows = UserCRUD(session: session).list(skip: skip, limit: limit)
      return ArrayStream { users in try await rows.next(into: &users) { $0.append(UserOut($1)) } }
    }
    Operation(
      .get, "/users/{user_id}", "read_user", Inputs(id, session), returns: UserOut.self, errors: [Self.notFound]
    ) { id, session in
      guard let user = try await UserCRUD(session: session).read(id) else { throw Self.notFound }
      return UserOut(user)
    }
    Operation(
      .put, "/users/{user_id}", "replace_user", Inputs(id, whole, session), returns: UserOut.self,
      errors: [Self.emailTaken, Self.notFound] + Refusal.errors
    ) { id, user, session in
      try await Self.update(id, UserUpdate(email: user.email, name: user.name), session)
    }
    Operation(
      .patch, "/users/{user_id}", "update_user", Inputs(id, change, session), returns: UserOut.self,
      errors: [Self.emailTaken, Self.notFound] + Refusal.errors
    ) { id, user, session in
      try await Self.update(id, user, session)
    }
    Operation(
      .delete, "/users/{user_id}", "delete_user", Inputs(id, session), returns: NoContent.self, status: 204,
      errors: [Self.notFound] + Refusal.errors
    ) { id, session in
      guard try await UserCRUD(session: session).delete(id) else { throw try await Self.missing(id, session) }
      return NoContent()
    }
  }

  private static let notFound = HTTPError(404, "User not found")
  private static let emailTaken = HTTPError(400, "Email already exists")
  private static let duplicates = Duplicates()
  private static let refusals = Refusals(table: "users", taken: ["email": emailTaken])

  private static func update(_ id: Int32, _ user: UserUpdate, _ session: Session) async throws -> UserOut {
    let users = UserCRUD(session: session)
    let updated = try await duplicates.check(emailTaken, { await users.others(than: id, have: user.email) }) {
      try await refusals.explained(session, ["email": user.email, "name": user.name]) {
        try await users.update(id, user)
      }
    }
    guard let updated else { throw try await missing(id, session) }
    return UserOut(updated)
  }

  /// Why nothing was changed: there is no such user, or the table does not let it.
  private static func missing(_ id: Int32, _ session: Session) async throws(DatabaseError) -> any Error {
    try await UserCRUD(session: session).read(id) == nil ? notFound : Refused.silently
  }
}
