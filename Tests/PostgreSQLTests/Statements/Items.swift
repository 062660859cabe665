import EventLoop

@testable import PostgreSQL

/// A row of the table items.
struct Item: Row, Equatable {
  let id: Int32
  let name: String

  static let decoder = RowDecoder(Item.init, Column("id", \.id), Column("name", \.name))

  static let byID = Lookup<Int32, Item>("id") { "SELECT id, name FROM items WHERE id = ANY(\($0))" }
  static let byName = Lookup<String, Item>("name") { "SELECT id, name FROM items WHERE name = ANY(\($0))" }
  /// Takes a number from a sequence, once for each statement.
  static let counted = Lookup<Int32, Item>("id") {
    "SELECT id, name FROM items WHERE id = ANY(\($0)) AND (SELECT nextval('statements')) > 0"
  }
  /// Keys below 50 have as many rows as their number; takes a number from a sequence, once for each statement.
  static let counting = Lookup<Int32, Item>("id") {
    """
    SELECT k AS id, k || '.' || n AS name FROM unnest(\($0)) k, generate_series(0, k - 1) n
    WHERE k < 50 AND (SELECT nextval('statements')) > 0 ORDER BY n DESC
    """
  }
  static let large = Lookup<Int32, Item>("id") {
    "SELECT k AS id, repeat('x', 50000) AS name FROM unnest(\($0)) k, generate_series(1, 3)"
  }
  static let byInverse = Lookup<Int32, Item>("id") {
    "SELECT id, name FROM items WHERE id = ANY(\($0)) AND 1 / (id - 20) < 2"
  }
  static let blocked = Lookup<Int32, Item>("id") {
    "SELECT id, name FROM items WHERE id = ANY(\($0)) AND pg_advisory_xact_lock(1) IS NOT NULL"
  }
}

/// How many statements it takes to look up so many keys, asked for in one turn of the loop or in one each.
@LoopActor func statements(of count: Int, apart: Bool, _ pool: Pool) async throws -> Int {
  try await pool.session().execute("SELECT setval('statements', 1, false)")
  var lookups: [Task<Item?, any Error>] = []
  for key in 0..<Int32(count) {
    lookups.append(Task { try await pool.session().find(key, by: Item.counted) })
    if apart { await EventLoop.main.sleep(for: .zero) }
  }
  for lookup in lookups { _ = try await lookup.value }
  return try await pool.session().value("SELECT last_value FROM statements", as: Int.self) ?? 0
}

/// A hundred of them, in a database of their own.
func withItems(_ body: @escaping @LoopActor @Sendable (Pool) async throws -> Void) async throws {
  try await withPool({ $1.queue = 10_000 }) { pool in
    try await pool.session().execute("CREATE TABLE items (id int PRIMARY KEY, name text NOT NULL)")
    try await pool.session().execute("INSERT INTO items SELECT g, 'item ' || g FROM generate_series(0, 99) g")
    try await body(pool)
  }
}
