import Glibc
import TestSupport
import Testing

/// A start on a database that lacks something, or may not be written to.
extension StartTests {
  @Test(arguments: ["TABLE users (email text)", "VIEW users AS SELECT 1 AS id"])
  func `nothing is made beside the table of another schema, by no command`(kind: String) async throws {
    let database = try await emptyDatabase()
    try sql("CREATE SCHEMA app CREATE \(kind)", on: database)
    let roster = try serve(["--workers", "2"], database)
    #expect(roster.wait() == 78)
    #expect(try roster.says("there is app.users"))
    #expect(try roster.says("search_path = app"))
    for command in ["check", "init-db"] {
      let result = try Program.run([command], ["DATABASE_URL=\(database)"])
      #expect(result.status == 78)
      #expect(result.output.contains("options=-c search_path=app"))
    }
    #expect(try cgi("GET", "/users/", database).contains("Status: 503"))
    try sql("SELECT 1/(count(*) = 1)::int FROM pg_class WHERE relname = 'users'", on: database)
  }

  @Test func `a role that may not make the table is told what it lacks, and by whom it can be had`() async throws {
    let database = try await emptyDatabase()
    try sql(
      "REVOKE CREATE ON SCHEMA public FROM public; DO $$BEGIN CREATE ROLE starter LOGIN; EXCEPTION WHEN duplicate_object THEN END$$",
      on: database)
    let roster = try serve([], database.replacing("postgres@", with: "starter@"))
    #expect(roster.wait() == 78)
    #expect(try roster.says(#"relation "users" does not exist; role starter may not make it in schema public"#))
    #expect(try roster.says("GRANT CREATE ON SCHEMA public TO starter"))
  }

  @Test func `an empty database that may only be read is waited for, with a clear word`() async throws {
    let database = try await emptyDatabase()
    let roster = try serve([], database + "&options=-c%20default_transaction_read_only%3Don")
    #expect(try roster.ask("GET", "/users/").head.hasPrefix("Status: 503"))
    #expect(try roster.says("the database may only be read, and has no table users"))
    #expect(try Program.run(["init-db"], ["DATABASE_URL=\(database)"]).output.contains("table users has been made"))
    try Poll.until { try roster.ask("GET", "/users/").text == "[]" ? true : nil }
  }

  @Test func `what cannot work is refused, with the SQL that mends it`() async throws {
    let database = try await database()
    try sql("ALTER TABLE users ADD is_active boolean NOT NULL DEFAULT true", on: database)
    try sql("ALTER TABLE users ALTER is_active DROP DEFAULT", on: database)
    let roster = try serve(["--workers", "2"], database)
    #expect(roster.wait() == 78)
    #expect(
      roster.log.contains("public.users.is_active: it is NOT NULL, has no default, and a create does not fill it"))
    #expect(try roster.says("ALTER TABLE public.users ALTER COLUMN is_active SET DEFAULT false"))
    let check = try Program.run(["check"], ["DATABASE_URL=\(database)"])
    #expect(check.status == 78)
    #expect(check.output.contains("    ALTER TABLE public.users ALTER COLUMN is_active SET DEFAULT false;\n"))
  }

  @Test func `what is not well is told once at the start, and once at each reload`() async throws {
    let database = try await database()
    try sql("DROP INDEX ix_users_email; ALTER TABLE users ALTER name TYPE varchar(50)", on: database)
    let roster = try serve(["--workers", "3"], database)
    let warning = "warning [", problem = "public.users: it has no unique index on (email)"
    try Poll.until { roster.count("serving") == 3 ? true : nil }
    #expect(try roster.count(problem, atLeast: 1) == 1 && roster.count(warning, atLeast: 1) == 1)
    let remedy = "CREATE UNIQUE INDEX CONCURRENTLY ix_users_email ON public.users (email)"
    #expect(try roster.count(remedy, atLeast: 1) == 1)
    for worker in try roster.workers(3) { kill(worker, SIGKILL) }
    try Poll.until { roster.count("serving") == 6 ? true : nil }
    #expect(try roster.count(problem, atLeast: 1) == 1)
    try roster.signal(SIGHUP)
    try Poll.until { roster.count("reloaded") == 1 ? true : nil }
    #expect(try roster.count(problem, atLeast: 2) == 2)
    let check = try Program.run(["check"], ["DATABASE_URL=\(database)"])
    #expect(check.status == 0)
    #expect(check.output.contains("warning: \(problem)"))
    #expect(check.output.contains("note: public.users.name: it is character varying(50)"))
  }

  @Test func `a check beside a table that is locked says so, and does not wait`() async throws {
    let database = try await database()
    let session = try OpenSession("BEGIN; LOCK TABLE users", on: database)
    try withExtendedLifetime(session) {
      let check = try Program.run(["check"], ["DATABASE_URL=\(database)"])
      #expect(check.status == 69)
      #expect(check.output.contains("somebody has a table locked"))
    }
  }
}
