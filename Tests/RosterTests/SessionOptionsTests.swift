import TestSupport
import Testing

/// What an operator says to each session, by any of libpq's ways, reaches it (node-postgres#2214, and its kind).
@Suite(.ownThread) struct SessionOptionsTests {
  /// A database whose table lies in a schema of its own, with a user in it.
  private func database() async throws -> (cluster: PostgreSQLCluster, name: String) {
    let cluster = try await PostgreSQLCluster.shared()
    let name = try cluster.makeDatabase()
    try cluster.run(
      "psql", "-qd", name, "-c", "CREATE SCHEMA app; SET search_path = app", "-f", "\(Program.project)/schema.sql")
    try cluster.run("psql", "-qd", name, "-c", "INSERT INTO app.users (email, name) VALUES ('a@b.co', 'App')")
    return (cluster, name)
  }

  private static let options = "-c search_path=app"

  @Test(arguments: ["PGOPTIONS", "URL", "service", "service by PGSERVICE", "unnamed"])
  func `the search path is what the operator says, and nothing is made beside it`(_ way: String) async throws {
    let (cluster, name) = try await database()
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let service = """
      [app]
      host=\(cluster.folder)
      port=\(cluster.port)
      dbname=\(name)
      user=postgres
      options=\(Self.options)
      """
    try ChildProcess.run(["sh", "-c", "printf '%s\n' \"$1\" >\"$0\"", "\(folder)/services", service])
    let (url, environment, arguments): (String, [String], [String]) =
      switch way {
      case "URL": (cluster.url(name) + "&options=-c%20search_path%3Dapp", [], [])
      case "service": ("service=app", ["PGSERVICEFILE=\(folder)/services"], [])
      case "service by PGSERVICE": ("", ["PGSERVICE=app", "PGSERVICEFILE=\(folder)/services"], [])
      case "unnamed": (cluster.url(name), ["PGOPTIONS=\(Self.options)"], ["--unnamed-statements"])
      default: (cluster.url(name), ["PGOPTIONS=\(Self.options)"], [])
      }
    let program = try RunningProgram(arguments, database: url, environment: environment)
    let answer = try Poll.until {
      let answer = try program.ask("GET", "/users/1")
      return answer.head.hasPrefix("Status: 503") ? nil : answer
    }
    #expect(answer.text.hasPrefix(#"{"email":"a@b.co","name":"App","#))
    try cluster.run(
      "psql", "-v", "ON_ERROR_STOP=1", "-qd", name, "-c", "SELECT 1 / (to_regclass('public.users') IS NULL)::int")
  }

  @Test func `without it the table is found elsewhere, and none is made beside it`() async throws {
    let (cluster, name) = try await database()
    let program = try RunningProgram(database: cluster.url(name))
    #expect(program.wait() == 78)
    #expect(try program.says("search_path") && program.log.contains("app"))
    try cluster.run(
      "psql", "-v", "ON_ERROR_STOP=1", "-qd", name, "-c", "SELECT 1 / (to_regclass('public.users') IS NULL)::int")
  }
}
