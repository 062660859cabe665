internal import PostgreSQL

/// The users in the database. Each function is one statement: what it finds and what it changes can't come apart.
struct UserCRUD {
  let session: Session

  /// nil where a trigger or a rule of the table lets no row through.
  func create(_ user: UserCreate) async throws(DatabaseError) -> User? {
    try await session.first(Self.insert(user))
  }

  func read(_ id: Int32) async throws(DatabaseError) -> User? {
    guard let user = try await session.find(id, by: Self.byID) else { return nil }
    return user.isWhole ? user : try await session.first(Self.whole(user.id))
  }

  /// In the order of their ids.
  func list(skip: Int64, limit: Int64) -> RowSlices<User, Int64> {
    RowSlices(
      in: session, limit: limit, by: \.id,
      slice: { id, count in
        if let id { return Self.page(behind: id, count) }
        return skip == 0 ? Self.page(count) : Self.page(skip, count)
      },
      isWhole: \.isWhole,
      whole: { [session] user throws(DatabaseError) in try await session.first(Self.whole(user.id)) })
  }

  /// The id of the user that has this address; nil where none has, or the column is of a type that is not compared by bytes.
  func owner(of email: String) async -> Int64? {
    try? await session.find(email, by: Self.byEmail)?.id
  }

  /// Whether the address is another user's, and this one is there to be refused it.
  func others(than id: Int32, have email: String?) async -> Bool {
    guard let email, let owner = await owner(of: email), owner != Int64(id) else { return false }
    return (try? await read(id)) != nil
  }

  /// Changes what `user` has, and nothing else, and returns the whole; nil where there is no such id, or as for `create`.
  func update(_ id: Int32, _ user: UserUpdate) async throws(DatabaseError) -> User? {
    guard let change = Self.update(id, user) else { return try await read(id) }
    return try await session.first(change)
  }

  /// Whether a user was deleted.
  func delete(_ id: Int32) async throws(DatabaseError) -> Bool {
    try await session.execute(Self.delete(id)) > 0
  }
}

extension UserCRUD {
  /// Every statement above, so that a database that does not fit is found out at start.
  static let statements = [
    DeclaredStatement("create user", insert(UserCreate(email: "", name: "")), returns: User.self),
    DeclaredStatement("read user", byID),
    DeclaredStatement("list users", page(0), returns: User.self),
    DeclaredStatement("update user", update(0, "email = \(""), name = \("")"), returns: User.self),
    DeclaredStatement("update address", update(0, "email = \("")"), returns: User.self),
    DeclaredStatement("update name", update(0, "name = \("")"), returns: User.self),
    DeclaredStatement("delete user", delete(0)),
    DeclaredStatement("read long user", whole(0), returns: User.self),
    DeclaredStatement("list further users", page(behind: 0, 0), returns: User.self),
    DeclaredStatement("skip users", page(0, 0), returns: User.self),
    DeclaredStatement("find address", byEmail).dispensable,
  ]

  private static func insert(_ user: UserCreate) -> SQL {
    let insert: SQL = "INSERT INTO users (email, name) VALUES (\(user.email), \(user.name)) RETURNING \(User.columns)"
    return insert.sharingCommit
  }

  private static let byID = Lookup<Int32, User>("id") {
    "SELECT \(User.shortColumns) FROM users WHERE id = ANY(\($0))"
  }

  private static func whole(_ id: Int64) -> SQL {
    ("SELECT \(User.columns) FROM users WHERE id = \(id)" as SQL).large
  }

  private static let byEmail = Lookup<String, Owner>("email") {
    "SELECT \(Owner.columns) FROM users WHERE email = ANY(\($0))"
  }

  private static func page(_ limit: Int64) -> SQL {
    ("SELECT \(User.shortColumns) FROM users ORDER BY id LIMIT \(limit)" as SQL).passing(rows: limit)
  }

  /// The rows that are skipped are counted in the index alone, which takes half the time or less; where there are none, it would
  /// be a seventh of the whole.
  private static func page(_ skip: Int64, _ limit: Int64) -> SQL {
    let page: SQL = """
      SELECT \(User.shortColumns) FROM users WHERE id >= (SELECT id FROM users ORDER BY id LIMIT 1 OFFSET \(skip)) \
      ORDER BY id LIMIT \(limit)
      """
    return page.passing(rows: skip)
  }

  private static func page(behind id: Int64, _ limit: Int64) -> SQL {
    "SELECT \(User.shortColumns) FROM users WHERE id > \(id) ORDER BY id LIMIT \(limit)"
  }

  /// Only what is to change stands in the statement: triggers and privileges may be about single columns. nil: nothing is.
  private static func update(_ id: Int32, _ user: UserUpdate) -> SQL? {
    switch (user.email, user.name) {
    case (let email?, let name?): update(id, "email = \(email), name = \(name)")
    case (let email?, nil): update(id, "email = \(email)")
    case (nil, let name?): update(id, "name = \(name)")
    case (nil, nil): nil
    }
  }

  private static func update(_ id: Int32, _ changes: SQL) -> SQL {
    let update: SQL = "UPDATE users SET \(changes) WHERE id = \(id) RETURNING \(User.columns)"
    return update.sharingCommit.changing(id, of: User.self)
  }

  private static func delete(_ id: Int32) -> SQL {
    ("DELETE FROM users WHERE id = \(id)" as SQL).sharingCommit.changing(id, of: User.self)
  }
}

/// Who has an address.
private struct Owner: Row {
  let email: String
  let id: Int64

  static let decoder = RowDecoder(Owner.init, Column("email", \.email), Column("id", \.id))
}
