public import PostgreSQL

extension Session {
  /// Runs a statement and makes a value of its first row; throws `absent` without rows.
  ///
  /// ```swift
  /// let group: Group = try await session.first(Self.select(id), else: HTTPError(404, "Group not found"))
  /// ```
  public func first<Value: Row>(
    _ sql: SQL, as type: Value.Type = Value.self, else absent: any Error
  ) async throws -> Value {
    guard let value = try await first(sql, as: type) else { throw absent }
    return value
  }
}
