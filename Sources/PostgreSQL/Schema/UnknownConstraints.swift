internal import EventLoop

extension Pool {
  /// A warning for each name that is none of a constraint, an index or a `table.column`: the program has an answer for it, which
  /// nobody will get. Without the tables nothing is known.
  func unknownConstraints(among names: [String], isComplete: Bool) async throws(DatabaseError) -> [Finding] {
    guard isComplete, !names.isEmpty else { return [] }
    let sql: SQL = """
      SELECT DISTINCT name FROM unnest(\(names)) AS name
      WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conname = name)
        AND NOT EXISTS (SELECT FROM pg_class WHERE relname = name AND relkind IN ('i', 'I'))
        AND NOT EXISTS (
          SELECT FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
          WHERE relname || '.' || attname = name AND NOT attisdropped)
      ORDER BY name
      """
    let result = try await run(Request(sql, Statement(sql, number: nil), in: nil))
    var rows = RowReader(result)
    return try rows.allModels(UnknownConstraint.decoder).map { constraint in
      Finding(
        .warning, "constraint \(constraint.name)", "there is none of this name",
        so: "what violates the one that is meant is answered with 409, as all for which there is no answer")
    }
  }
}

private struct UnknownConstraint: Row {
  let name: String
  static let decoder = RowDecoder(UnknownConstraint.init, Column("name", \.name))
}
