internal import EventLoop

/// What `CREATE INDEX CONCURRENTLY` makes. It fails where a value is there twice, or ends with its server, and leaves an index
/// that is not valid: it speeds up nothing, but has to be kept up to date, and a unique one refuses what is there twice.
struct ConcurrentIndex: Equatable {
  let name: String
  let table: TableName

  /// nil for other statements, and where the index gets its name from the server.
  init?(_ tokens: [SQLTokens.Token]) {
    guard tokens.first?.isWord("create") == true,
      let concurrently = tokens.prefix(4).firstIndex(where: { $0.isWord("concurrently") }),
      let on = tokens.firstIndex(where: { $0.isWord("on") }), on > concurrently + 1
    else { return nil }
    let target = tokens[(on + 1)...]
    guard let name = tokens[on - 1].name,
      let table = TableName(at: target.first?.isWord("only") == true ? target.dropFirst() : target)
    else { return nil }
    (self.name, self.table) = (name, table)
  }
}

/// An index as the catalogs have it.
private struct FoundIndex: Row {
  /// `app.ix_users_phone`, quoted where SQL wants it.
  let sqlName: String
  let sqlTable: String
  let isValid: Bool

  static let decoder = RowDecoder(
    FoundIndex.init, Column("sql_name", \.sqlName), Column("sql_table", \.sqlTable), Column("is_valid", \.isValid))
}

extension Session {
  /// Whether the index is there and valid. What a failure has left of it is removed; while somebody builds it, that throws
  /// the server's `lockNotAvailable`.
  func isThere(_ index: ConcurrentIndex) async throws -> Bool {
    guard let found = try await look(index) else { return false }
    if found.isValid { return true }
    return try await transaction { session in
      try await session.waitForLocks(atMost: "100ms")
      // Whoever builds an index has this lock.
      try await session.runOnce(SQL(statement: "LOCK TABLE \(found.sqlTable) IN SHARE UPDATE EXCLUSIVE MODE"))
      if try await session.look(index)?.isValid == true { return true }
      try await session.runOnce(SQL(statement: "DROP INDEX IF EXISTS \(found.sqlName)"))
      return false
    }
  }

  private func look(_ index: ConcurrentIndex) async throws(DatabaseError) -> FoundIndex? {
    let sql: SQL = """
      SELECT format('%I.%I', n.nspname, c.relname) AS sql_name, indrelid::regclass::text AS sql_table,
        indisvalid AND indisready AS is_valid
      FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relname = \(index.name) AND indrelid = to_regclass(\(index.table.sqlName))
      """
    let found: [FoundIndex] = try await look(sql)
    return found.first
  }
}

extension TableName {
  /// In quotes, as SQL takes every name.
  fileprivate var sqlName: String {
    func quoted(_ name: String) -> String {
      "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
    return (schema.map { quoted($0) + "." } ?? "") + quoted(name)
  }
}
