public import PostgreSQL
public import WebAPI

/// The resource `/users/`: its operations and its statements.
public enum Users {
  /// What the database must understand; see `Pool.check`.
  public static var statements: [DeclaredStatement] { UserCRUD.statements }

  /// The operations, each with a session of its own.
  public static func operations(_ session: Depends<Session>) -> [Operation] {
    let id = Path<Int32>("user_id")
    return [
      Operation(
        .post, "/users/", "create_user", Inputs(Body<UserCreate>(), session), returns: UserOut.self,
        errors: [emailTaken]
      ) { user, session in
        try await found(orTaken { try await UserCRUD(session: session).create(user) })
      },
      Operation(
        .get, "/users/", "read_users",
        Inputs(
          Query<Int64>("skip", default: 0, .atLeast(0)), Query<Int64>("limit", default: 100, .atLeast(0)), session),
        returns: [UserOut].self
      ) { skip, limit, session in
        try await UserCRUD(session: session).list(skip: skip, limit: limit).map(UserOut.init)
      },
      Operation(
        .get, "/users/{user_id}", "read_user", Inputs(id, session), returns: UserOut.self, errors: [notFound]
      ) { id, session in
        try found(await UserCRUD(session: session).read(id))
      },
      Operation(
        .put, "/users/{user_id}", "replace_user", Inputs(id, Body<UserCreate>(), session), returns: UserOut.self,
        errors: [emailTaken, notFound]
      ) { id, user, session in
        let update = UserUpdate(email: user.email, name: user.name)
        return try await found(orTaken { try await UserCRUD(session: session).update(id, update) })
      },
      Operation(
        .patch, "/users/{user_id}", "update_user", Inputs(id, Body<UserUpdate>(), session), returns: UserOut.self,
        errors: [emailTaken, notFound]
      ) { id, user, session in
        try await found(orTaken { try await UserCRUD(session: session).update(id, user) })
      },
      Operation(
        .delete, "/users/{user_id}", "delete_user", Inputs(id, session), returns: NoContent.self, status: 204,
        errors: [notFound]
      ) { id, session in
        guard try await UserCRUD(session: session).delete(id) else { throw notFound }
        return NoContent()
      },
    ]
  }

  private static let notFound = HTTPError(404, "User not found")
  private static let emailTaken = HTTPError(400, "Email already exists")

  /// The user, or the answer that there is none.
  private static func found(_ user: User?) throws -> UserOut {
    guard let user else { throw notFound }
    return UserOut(user)
  }

  /// What `write` returns, or the answer that the address is taken.
  private static func orTaken(_ write: () async throws -> User?) async throws -> User? {
    do {
      return try await write()
    } catch DatabaseError.server(let error) where error.sqlState == .uniqueViolation {
      throw emailTaken
    }
  }
}
