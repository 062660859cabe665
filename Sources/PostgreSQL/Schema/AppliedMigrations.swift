internal import EventLoop

/// A migration that has been applied, as the database has it recorded.
struct AppliedMigration: Row, Equatable {
  let number: Int32
  let name: String
  let checksum: String

  static let decoder = RowDecoder(
    AppliedMigration.init, Column("number", \.number), Column("name", \.name), Column("checksum", \.checksum))
}

extension Migrations {
  /// What has yet to be applied, in its order.
  func pending(after applied: [AppliedMigration]) -> [Migration] {
    all.filter { migration in !applied.contains { $0.number == migration.number } }
  }

  /// Those that are recorded and have other statements by now: nobody knows what the database has.
  func changed(since applied: [AppliedMigration], in table: String, _ severity: Finding.Severity) -> [Finding] {
    all.compactMap { migration in
      let record = applied.first { $0.number == migration.number }
      guard let record, record.checksum != migration.checksum else { return nil }
      let isSame = record.name == migration.name
      return Finding(
        severity, migration.name,
        isSame ? "it was changed after it had been applied" : "\(record.name) was applied under its number",
        so: isSame ? "what has been applied stays as it is; a further change is a migration of its own" : nil,
        remedy: isSame
          ? [
            "-- where it means the same:",
            "UPDATE \(table) SET checksum = '\(migration.checksum)' WHERE number = \(migration.number)",
          ] : [])
    }
  }

  /// What a newer version has left there.
  func unknown(among applied: [AppliedMigration]) -> [Finding] {
    guard let last = applied.max(by: { $0.number < $1.number }), last.number > all.count else { return [] }
    return [
      Finding(
        .note, "migrations", "a newer version has applied \(last.name)",
        so: "this one knows \(all.isEmpty ? "none" : "them up to \(all.count)"), "
          + "and works as long as its statements can be run, which is found out here")
    ]
  }

  /// What has not been applied: an error where the statements cannot be run without it.
  func findings(pending: [Migration], fits: Bool) -> [Finding] {
    pending.map { migration in
      Finding(
        fits ? .warning : .refusal, migration.name, "it has not been applied",
        so: fits ? "this version works without it" : "it may be what the statements lack",
        remedy: ["-- the owner of the tables may run: init-db"])
    }
  }
}

extension FoundTable {
  fileprivate func unreadable(_ error: DatabaseError, _ role: String) -> Finding {
    Finding(
      .warning, sqlName, "\(error)", so: "which migrations have been applied is not known",
      remedy: error.sqlState == .insufficientPrivilege ? ["GRANT SELECT ON \(sqlName) TO \(role)"] : [])
  }
}

/// What a database has of a script: its tables, and which migrations it is known to have.
struct Installed {
  let surroundings: Surroundings
  /// The first of the script's tables that is there; what is recorded lies beside it. nil: the database is fresh.
  let home: FoundTable?
  /// The table in which it is recorded.
  let record: FoundTable?
  let applied: [AppliedMigration]
  /// Why that is not known.
  let unreadable: Finding?

  /// Which migrations it has yet to get. A fresh database gets none.
  func pending(of script: SchemaScript) -> [Migration] {
    home == nil || unreadable != nil ? [] : script.migrations.pending(after: applied)
  }

  /// Which of the script's tables it has not.
  func missing(of script: SchemaScript) -> [TableName] {
    script.tables.filter { surroundings.table($0) == nil }
  }
}

extension Session {
  /// Looks around, whatever others have locked.
  func installed(_ script: SchemaScript, and others: [TableName] = []) async throws(DatabaseError) -> Installed {
    let name = TableName(schema: nil, name: script.migrations.table)
    let surroundings = try await surroundings(of: script.tables + others + [name])
    let home = script.tables.lazy.compactMap { surroundings.table($0) }.first
    let record = surroundings.tables.first { $0.name == name.name && $0.schema == home?.schema }
    var (applied, unreadable): ([AppliedMigration], Finding?) = ([], nil)
    if let record {
      do throws(DatabaseError) {
        applied = try await self.applied(record)
      } catch {
        if let state = error.sqlState, state.mayPass { throw error }
        unreadable = record.unreadable(error, surroundings.place.role)
      }
    }
    return Installed(
      surroundings: surroundings, home: home, record: record, applied: applied, unreadable: unreadable)
  }

  private func applied(_ record: FoundTable) async throws(DatabaseError) -> [AppliedMigration] {
    try await look(
      "SELECT number, name, checksum FROM \(identifier: record.schema).\(identifier: record.name) ORDER BY number")
  }

  /// Makes the table in which migrations are recorded. Everybody may read it, since whoever serves has to know what has been
  /// applied.
  func makeRecord(_ migrations: Migrations, beside home: FoundTable) async throws(DatabaseError) {
    let table: SQL = "\(identifier: home.schema).\(identifier: migrations.table)"
    try await runOnce(
      """
      CREATE TABLE IF NOT EXISTS \(table) (number integer PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, \
      applied_at timestamptz NOT NULL DEFAULT now())
      """)
    try await runOnce("GRANT SELECT ON \(table) TO PUBLIC")
  }

  /// Notes that a migration has been applied.
  func record(
    _ migration: Migration, of migrations: Migrations, beside home: FoundTable
  ) async throws(DatabaseError) {
    let table: SQL = "\(identifier: home.schema).\(identifier: migrations.table)"
    try await runOnce(
      """
      INSERT INTO \(table) (number, name, checksum)
      VALUES (\(Int32(clamping: migration.number)), \(migration.name), \(migration.checksum))
      ON CONFLICT (number) DO UPDATE SET (name, checksum, applied_at) = (excluded.name, excluded.checksum, now())
      """)
  }
}
