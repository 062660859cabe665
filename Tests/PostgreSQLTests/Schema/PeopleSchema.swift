import EventLoop
import TestSupport

@testable import PostgreSQL

/// A table in two versions, and what leads from the first to the second.
enum PeopleSchema {
  static let first = SchemaScript(
    "CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL);", name: "schema.sql")

  static let second = SchemaScript(
    """
    CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL, phone text);
    CREATE INDEX ix_people_phone ON people (phone);
    """, name: "schema.sql", migrations: migrations(phone, index))

  static let phone = (name: "0001-phone.sql", text: "ALTER TABLE people ADD COLUMN phone text;\n")
  static let index = (
    name: "0002-phone-index.sql",
    text: "-- outside a transaction\nCREATE INDEX CONCURRENTLY ix_people_phone ON people (phone);\n"
  )

  static func migrations(_ files: (name: String, text: String)...) -> Migrations {
    Migrations(files, recordedIn: "migrations")
  }

  /// The second version's table with other migrations.
  static func script(_ files: (name: String, text: String)...) -> SchemaScript {
    SchemaScript(
      "CREATE TABLE people (id integer PRIMARY KEY, name text NOT NULL, phone text)", name: "schema.sql",
      migrations: Migrations(files, recordedIn: "migrations"))
  }
}

/// Runs `body` on a database with the first version's table.
func withFirstPeople<Result: Sendable>(
  size: Int = 1, _ body: @escaping @LoopActor @Sendable (Pool) async throws -> Result
) async throws -> Result {
  try await withPool { _, options in
    options.size = size
  } _: { pool in
    _ = try await pool.makeTables(of: PeopleSchema.first)
    return try await body(pool)
  }
}

/// Applies what is missing, and returns its names.
@LoopActor func migrate(
  _ pool: Pool, _ script: SchemaScript, patience: Duration = .seconds(60)
) async throws -> [String] {
  var names: [String] = []
  try await pool.migrate(script, patience: patience) { names.append($0) }
  return names
}

/// What the mismatch says that `body` throws; nil without one.
@LoopActor func mismatch(_ body: () async throws -> Void) async throws -> String? {
  do {
    try await body()
    return nil
  } catch let mismatch as SchemaMismatch {
    return mismatch.findings.map(\.paragraph).joined(separator: "\n")
  }
}

/// The names of the migrations that are recorded.
@LoopActor func recorded(_ pool: Pool) async throws -> [String] {
  try await pool.session().installed(PeopleSchema.second).applied.map(\.name)
}
