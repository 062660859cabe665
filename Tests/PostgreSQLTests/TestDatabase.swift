import EventLoop
import Logging
import TestSupport

@testable import PostgreSQL

/// Runs `body` on the loop with a pool on a database of its own.
func withPool<Result: Sendable>(
  _ change: @escaping @Sendable (inout DatabaseConfiguration, inout PoolOptions) -> Void = { _, _ in },
  _ body: @escaping @LoopActor @Sendable (Pool) async throws -> Result
) async throws -> Result {
  let cluster = try await PostgreSQLCluster.shared()
  return try await withPool(at: cluster.url(try cluster.makeDatabase()), change, body)
}

/// Runs `body` on the loop with a pool on the database at `url`.
func withPool<Result: Sendable>(
  at url: String,
  _ change: @escaping @Sendable (inout DatabaseConfiguration, inout PoolOptions) -> Void = { _, _ in },
  _ body: @escaping @LoopActor @Sendable (Pool) async throws -> Result
) async throws -> Result {
  var configuration = try DatabaseConfiguration(url: url)
  var options = PoolOptions()
  options.size = 3
  change(&configuration, &options)
  return try await onLoop { [configuration, options] in
    var logger = Logger(label: "test")
    logger.logLevel = .warning
    let pool = Pool(configuration, options, logger: logger)
    pool.start()
    do {
      let result = try await body(pool)
      await pool.close()
      return result
    } catch {
      await pool.close()
      throw error
    }
  }
}

/// A row of one column.
struct One<Value: PostgreSQLDecodable & Equatable>: Row, Equatable {
  let value: Value
  static var decoder: RowDecoder<One> { RowDecoder { (value: Value) in One(value: value) } }
}

extension Session {
  /// The only column of the first row.
  @LoopActor func value<Value: PostgreSQLDecodable & Equatable>(
    _ sql: SQL, as type: Value.Type = Value.self
  ) async throws(DatabaseError) -> Value? {
    try await first(sql, as: One<Value>.self)?.value
  }
}
