public import PostgreSQL
public import WebAPI

/// What a ``Declared`` statement gives: its rows are of its own type, so that nothing need be said where it is run.
extension Session {
  /// A value of each row.
  public func all<Model: Row>(_ statement: RowSQL<Model>) async throws(DatabaseError) -> [Model] {
    try await all(statement.sql)
  }

  /// A value of the first row; nil without rows.
  public func first<Model: Row>(_ statement: RowSQL<Model>) async throws(DatabaseError) -> Model? {
    try await first(statement.sql)
  }

  /// A value of the first row; throws `absent` without rows.
  ///
  /// ```swift
  /// let group = try await session.first(select(id), else: HTTPError(404, "Group not found"))
  /// ```
  public func first<Model: Row>(_ statement: RowSQL<Model>, else absent: any Error) async throws -> Model {
    try await first(statement.sql, else: absent)
  }

  /// The row that a write has made, of `INSERT … RETURNING`; where a trigger or a rule of the table has let none through, a 400.
  public func one<Model: Row>(_ statement: RowSQL<Model>) async throws -> Model {
    try await first(statement.sql, else: Refused.silently)
  }

  /// How many rows were changed, or without a change, found.
  @discardableResult
  public func execute<Result>(_ statement: RowSQL<Result>) async throws(DatabaseError) -> Int {
    try await execute(statement.sql)
  }

  /// Throws `absent` where no row was changed, or without a change, found.
  public func execute<Result>(_ statement: RowSQL<Result>, else absent: any Error) async throws {
    if try await execute(statement.sql) == 0 { throw absent }
  }
}

/// The same of a statement that is written where it is run, and of a lookup.
extension Session {
  /// A value of the first row; throws `absent` without rows.
  public func first<Model: Row>(
    _ sql: SQL, as type: Model.Type = Model.self, else absent: any Error
  ) async throws -> Model {
    guard let model = try await first(sql, as: type) else { throw absent }
    return model
  }

  /// The row that has this key; throws `absent` if there is none.
  public func find<Key, Model>(
    _ key: Key, by lookup: Lookup<Key, Model>, else absent: any Error
  ) async throws -> Model {
    guard let model = try await find(key, by: lookup) else { throw absent }
    return model
  }
}

/// What is not there, for messages: without them the compiler has none for a handler of one line that wants something else.
extension Session {
  /// A row that may not be there is optional.
  @available(*, unavailable, message: "there may be no row: say what is thrown then, first(…, else: …)")
  public func first<Model: Row>(_ statement: RowSQL<Model>) async throws -> Model { try await one(statement) }

  /// No body is one of its own.
  @available(*, unavailable, message: "a handler that returns NoContent ends with: return NoContent()")
  @discardableResult
  public func execute<Result>(_ statement: RowSQL<Result>) async throws -> NoContent { NoContent() }

  /// No body is one of its own.
  @available(*, unavailable, message: "a handler that returns NoContent ends with: return NoContent()")
  public func execute<Result>(_ statement: RowSQL<Result>, else absent: any Error) async throws -> NoContent {
    NoContent()
  }
}
