import APITesting
import EventLoop
import Logging
import TestSupport

@testable import PostgreSQL

/// Runs `body` on the loop with a pool on a database of its own, all connections established.
func withPool<Result: Sendable>(
  _ change: @escaping @Sendable (inout DatabaseConfiguration, inout PoolOptions) -> Void = { _, _ in },
  _ body: @escaping @LoopActor @Sendable (Pool) async throws -> Result
) async throws -> Result {
  let cluster = try await PostgreSQLCluster.shared()
  return try await withPool(at: cluster.url(try cluster.makeDatabase()), change) { pool in
    await wait { pool.status.connections == pool.options.size }
    return try await body(pool)
  }
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
  // Not to be met by chance, on a machine that has much else to do.
  (options.timeout, options.busyTimeout) = (.seconds(60), .seconds(60))
  configuration.statementTimeout = .seconds(60)
  change(&configuration, &options)
  return try await onLoop { [configuration, options] in
    var logger = Logger(label: "test")
    logger.logLevel = .warning
    let pool = Pool(configuration, options, logger: logger)
    return try await pool.whileStarted { try await body(pool) }
  }
}

/// A statement that waits while `whileBlocked` runs its body, however long that takes.
let blockedStatement: SQL = "SELECT set_config('lock_timeout', '0', true), pg_advisory_xact_lock(1)"

/// Runs `body` while another connection to the same database blocks `blockedStatement`.
@LoopActor func whileBlocked<Result>(_ pool: Pool, _ body: () async throws -> Result) async throws -> Result {
  try await withOther(pool) { other in
    try await other.session().transaction { session in
      try await session.execute(blockedStatement)
      return try await body()
    }
  }
}

/// Runs `body` with another pool, of one connection, to the same database.
@LoopActor func withOther<Result>(_ pool: Pool, _ body: (Pool) async throws -> Result) async throws -> Result {
  var options = PoolOptions()
  options.size = 1
  (options.timeout, options.busyTimeout) = (.seconds(60), .seconds(60))
  let other = Pool(pool.configuration, options, logger: pool.logger)
  return try await other.whileStarted { try await body(other) }
}

/// Starts a task that runs a statement.
@LoopActor func start(_ pool: Pool, _ sql: SQL) -> Task<Int, any Error> {
  Task { try await pool.session().execute(sql) }
}

/// A row of one column.
struct One<Value: PostgreSQLDecodable & Equatable>: Row, Equatable {
  let value: Value
  static var decoder: RowDecoder<One> { RowDecoder(One.init, Column(only: \.value)) }
}

extension Session {
  /// The only column of the first row.
  @LoopActor func value<Value: PostgreSQLDecodable & Equatable>(
    _ sql: SQL, as type: Value.Type = Value.self
  ) async throws(DatabaseError) -> Value? {
    try await first(sql, as: One<Value>.self)?.value
  }
}
