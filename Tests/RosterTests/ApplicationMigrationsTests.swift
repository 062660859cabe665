import Glibc
import TestSupport
import Testing

@testable import PostgreSQL
@testable import roster

/// The files of `Sources/roster/migrations`, and where they lead.
@Suite(.ownThread) struct ApplicationMigrationsTests {
  @Test func `every file of the folder is in the program, and nothing is wrong with any`() throws {
    let folder = try #require(opendir("\(Program.project)/Sources/roster/migrations"))
    defer { closedir(folder) }
    var names: [String] = []
    while let entry = readdir(folder) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
      names.append(String(decoding: name, as: UTF8.self))
    }
    #expect(names.contains("README.md"))
    #expect(names.filter { $0.hasSuffix(".sql") }.sorted() == Application.migrations.all.map(\.name))
    #expect(Application.schema.faults.isEmpty)
  }

  /// What forgets a migration, or makes another table than schema.sql has, fails here.
  @Test func `the tables before the first migration are led to those of schema_sql`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let (older, fresh) = (try cluster.makeDatabase(), try cluster.makeDatabase())
    let file = "\(Program.project)/Tests/RosterTests/schema-before-migrations.sql"
    try ChildProcess.run(["psql", "-qX", "-v", "ON_ERROR_STOP=1", "-f", file, cluster.url(older)])
    for database in [older, fresh] {
      let result = try Program.run(["init-db"], ["DATABASE_URL=\(cluster.url(database))"])
      #expect(result.status == 0, "\(result.output)")
    }
    #expect(try cluster.description(of: older) == cluster.description(of: fresh))
  }
}
