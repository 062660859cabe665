import EventLoop
import FastCGI
import Gateway
import Glibc
import Logging
import Resources

// groups serve SOCKET     answers a web server's FastCGI requests on the database of DATABASE_URL, until SIGTERM
// groups openapi          prints the description of the API
// groups nginx-params     prints what nginx is to hand on

let logger = Logger(label: "groups") { StreamLogHandler.standardError(label: $0) }
let resources: [any Resource] = [Groups(), Memberships()]

@LoopActor func serve(on socket: String) async throws {
  let url = getenv("DATABASE_URL").map { String(cString: $0) } ?? ""
  let pool = Pool(try DatabaseConfiguration(url: url), logger: logger)
  pool.start()
  let script = SchemaScript(String(decoding: PackageResources.schema_sql, as: UTF8.self), name: "schema.sql")
  for finding in try await pool.prepare(for: resources, script) where finding.severity == .warning {
    logger.warning("\(finding)")
  }
  let api = API(title: "Groups", version: "1", resources, Depends { pool.session() }, logger: logger)
  let server = Server(try .open(ListenAddress("unix:\(socket)"), mode: 0o666), responder: gateway(to: api))
  try server.start()
  logger.info("listening on \(socket)")
  // The loop keeps what it tells of signals, and that the server.
  _ = try Signals([SIGTERM, SIGINT]) { _ in
    EventLoop.main.start {
      await server.drain(grace: .seconds(5))
      await pool.close()
      EventLoop.main.stop()
    }
  }
}

let usage = "usage: groups serve SOCKET | groups openapi | groups nginx-params"
let described = API(
  title: "Groups", version: "1", resources, Depends(ready: { throw HTTPError.unavailable("no database") }),
  logger: logger)
let problems = described.problems()
guard problems.isEmpty else {
  for problem in problems { logger.critical("\(problem)") }
  exit(78)
}
let arguments = CommandLine.arguments.dropFirst()
switch (arguments.first, arguments.count) {
case ("openapi", 1): print(described.document.text)
case ("nginx-params", 1): print(HeaderParameters(of: described.headers).nginx)
case ("serve", 2):
  try EventLoop.main.run {
    do { try await serve(on: CommandLine.arguments[2]) } catch {
      logger.critical("\(error)")
      exit(1)
    }
  }
default:
  logger.critical("\(usage)")
  exit(64)
}
