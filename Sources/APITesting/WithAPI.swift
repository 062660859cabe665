internal import EventLoop
internal import PostgreSQL
public import Resource
internal import TestSupport
internal import WebAPI

/// Runs `body` with the API of `resources` on a new database, which is its own: whatever else is tested at the same time, and
/// whoever refers to its tables, it is as empty as `schema` makes it.
///
/// ```swift
/// @Test func `a group is created`() async throws {
///   try await withAPI(schema: "CREATE TABLE groups (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, …)", Groups()) { api in
///     #expect(await api.post("/groups/", #"{"title": "Friends"}"#).status == 201)
///   }
/// }
/// ```
///
/// `schema` is SQL: the program's own `schema.sql`, or as much of it as the test wants, with rows to begin with. The server is
/// one that the tests of a process share; it is started by the first, from the installed PostgreSQL, and ends with the process.
///
/// Throws `SchemaMismatch` where the statements do not fit the tables, and ``TestAPI/Problems`` where the operations do not fit
/// together, as the start of a program would.
public func withAPI<Result: Sendable>(
  schema: String, _ resources: any Resource..., body: @escaping @Sendable (TestAPI) async throws -> Result
) async throws -> Result {
  let cluster = try await PostgreSQLCluster.shared()
  let database = try cluster.makeDatabase()
  var configuration = try DatabaseConfiguration(url: cluster.url(database))
  configuration.statementTimeout = .seconds(60)
  return try await onLoop { [configuration] in
    var options = PoolOptions()
    // Not to be met by chance, on a machine that has much else to do.
    (options.timeout, options.busyTimeout) = (.seconds(60), .seconds(60))
    let pool = Pool(configuration, options, logger: testLogger)
    pool.start()
    do {
      _ = try await pool.prepare(for: resources, SchemaScript(schema, name: "schema"))
      let result = try await body(try TestAPI(resources, Depends { pool.session() }))
      await pool.close()
      return result
    } catch {
      await pool.close()
      throw error
    }
  }
}
