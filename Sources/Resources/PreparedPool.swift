public import PostgreSQL

extension Pool {
  /// What a program does before it serves: makes the tables of `script` that are missing, and has the database look at every
  /// statement. Returns what is worth a line in the log; a table that is there is never changed.
  ///
  /// Throws `SchemaMismatch` where a statement cannot be run as it is, and `DatabaseError` where the database cannot be asked.
  public func prepare(for resources: [any Resource], _ script: SchemaScript) async throws -> [Finding] {
    let findings = try await patiently {
      _ = try await makeTables(of: script)
      return try await check(resources.flatMap(\.statements), script, constraints: resources.flatMap(\.constraints))
    }
    let refusals = findings.filter { $0.severity == .refusal }
    guard refusals.isEmpty else { throw SchemaMismatch(refusals) }
    return findings
  }
}
