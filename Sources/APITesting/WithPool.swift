internal import EventLoop
package import PostgreSQL
internal import TestSupport

/// Runs `body` with a pool on a new, empty database, which nobody else has. The server is one that the tests of a process
/// share.
package func withTestPool<Result: Sendable>(
  _ body: @escaping @LoopActor @Sendable (Pool) async throws -> Result
) async throws -> Result {
  let cluster = try await PostgreSQLCluster.shared()
  var configuration = try DatabaseConfiguration(url: cluster.url(try cluster.makeDatabase()))
  configuration.statementTimeout = .seconds(60)
  return try await onLoop { [configuration] in
    var options = PoolOptions()
    // Not to be met by chance, on a machine that has much else to do.
    (options.timeout, options.busyTimeout) = (.seconds(60), .seconds(60))
    let pool = Pool(configuration, options, logger: testLogger)
    return try await pool.whileStarted { try await body(pool) }
  }
}

extension Pool {
  /// Starts it, runs `body`, and closes it, whatever became of that.
  @LoopActor package func whileStarted<Result>(_ body: () async throws -> Result) async throws -> Result {
    start()
    do {
      let result = try await body()
      await close()
      return result
    } catch {
      await close()
      throw error
    }
  }
}
