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
      if Self.duplicates.areExpected, await Self.duplicates.look({ await users.owner(of: user.email) != nil }) {
        throw Self.emailTaken
      }
      do {
        guard let created = try await users.create(user) else { throw Refused.silently }
        return UserOut(created)
      } catch {
        throw try await Self.answer(to: error, session, user.email, user.name)
      }
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
  private static let duplicates = Duplicates(emailTaken)
  private static let refusals = Refusals(table: "users", taken: ["email": emailTaken])

  private static func update(_ id: Int32, _ user: UserUpdate, _ session: Session) async throws -> UserOut {
    let users = UserCRUD(session: session)
    if duplicates.areExpected, await duplicates.look({ await users.others(than: id, have: user.email) }) {
      throw emailTaken
    }
    let updated: User?
    do {
      updated = try await users.update(id, user)
    } catch {
      throw try await answer(to: error, session, user.email, user.name)
    }
    guard let updated else { throw try await missing(id, session) }
    return UserOut(updated)
  }

  /// What answers an error of a write of these values.
  private static func answer(
    to error: any Error, _ session: Session, _ email: String?, _ name: String?
  ) async throws(DatabaseError) -> any Error {
    let answer = try await refusals.answer(to: error, session, ["email": email, "name": name])
    duplicates.note(answer)
    return answer
  }

  /// Why nothing was changed: there is no such user, or the table does not let it.
  private static func missing(_ id: Int32, _ session: Session) async throws(DatabaseError) -> any Error {
    try await UserCRUD(session: session).read(id) == nil ? notFound : Refused.silently
  }
}
