internal import PostgreSQL

/// The users in the database. Each function is one statement: what it finds and what it changes can't come apart.
struct UserCRUD {
  let session: Session

  /// nil where a trigger or a rule of the table lets no row through.
  func create(_ user: UserCreate) async throws(DatabaseError) -> User? {
    try await session.first(Self.insert(user))
  }

  func read(_ id: Int32) async throws(DatabaseError) -> User? {
    try await session.find(id, by: Self.byID)
  }

  /// In the order of their ids.
  func list(skip: Int64, limit: Int64) async throws(DatabaseError) -> [User] {
    try await session.all(Self.page(skip, limit))
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
    DeclaredStatement("read user", byID, 0),
    DeclaredStatement("list users", page(0, 0), returns: User.self),
    DeclaredStatement("update user", update(0, "email = \(""), name = \("")"), returns: User.self),
    DeclaredStatement("delete user", delete(0)),
  ]

  private static func insert(_ user: UserCreate) -> SQL {
    "INSERT INTO users (email, name) VALUES (\(user.email), \(user.name)) RETURNING \(User.columns)"
  }

  private static let byID = Lookup<Int32, User>("id") {
    "SELECT \(User.columns) FROM users WHERE id = ANY(\($0))"
  }

  /// The rows that are skipped are counted in the index alone, which takes half the time or less.
  private static func page(_ skip: Int64, _ limit: Int64) -> SQL {
    """
    SELECT \(User.columns) FROM users WHERE id >= (SELECT id FROM users ORDER BY id LIMIT 1 OFFSET \(skip)) \
    ORDER BY id LIMIT \(limit)
    """
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
    ("UPDATE users SET \(changes) WHERE id = \(id) RETURNING \(User.columns)" as SQL).sharingCommit
  }

  private static func delete(_ id: Int32) -> SQL {
    ("DELETE FROM users WHERE id = \(id)" as SQL).sharingCommit
  }
}
