internal import PostgreSQL
public import Resources
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
  try await withTestPool { pool in
    _ = try await pool.prepare(for: resources, SchemaScript(schema, name: "schema"))
    return try await body(try TestAPI(resources, Depends { pool.session() }))
  }
}
