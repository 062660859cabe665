internal import ArgumentParser
internal import EventLoop
internal import Logging
internal import PostgreSQL

/// `roster check`: would `roster serve` work here?
struct Check: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check the configuration, the database, and whether its tables fit this program; change nothing.",
    discussion: """
      Prints what it finds, and the SQL that mends it: errors, because of which roster serve does not start; warnings, which \
      it logs; notes.

      Takes every option of roster serve, so that a wrong one is found as well. With --dump it prints the settings that are in \
      force, and where each comes from, without passwords, in the form of an --env-file; then it asks no database.

      Exit codes: 0 no error, 64 a setting is wrong, 69 no database, or a table is locked, 78 its tables do not fit, or the \
      file of keys cannot be used.
      """)

  @Flag(help: "Print the settings that are in force, and where each comes from, instead of asking the database.")
  var dump = false

  @OptionGroup var options: ServiceOptions

  func run() throws {
    let origins = SettingOrigins(file: try options.environment.load(options.account))
    let logger = try options.log.logger()
    try options.account.becomeUser(logger)
    for concern in try options.environment.concerns() { logger.warning("\(concern)") }
    let settings = try options.inForce(origins)
    if dump { return print(SettingsDump.text(settings, ProcessEnvironment.all, origins), terminator: "") }
    if let file = try options.access.file() { _ = Keys(file, logger: logger) }
    let application = Application(try options.bounds.bounds())
    let problems = application.problems
    for problem in problems { print("error: \(problem)\n") }
    try options.database.withPool(logger) { pool, configuration in
      let findings = try await application.check(pool)
      for severity in Finding.Severity.allCases {
        for finding in findings where finding.severity == severity { print("\(finding.paragraph)\n") }
      }
      guard problems.isEmpty, !findings.contains(where: { $0.severity == .refusal }) else {
        print("not ok: \(place(pool, configuration)) does not fit roster \(Roster.version)")
        ExitStatus.configuration.end()
      }
      print("ok: \(place(pool, configuration)) fits roster \(Roster.version)")
    }
  }
}

/// `roster init-db`: migrations and schema.sql, applied by the owner of the database.
struct InitDB: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init-db",
    abstract: "Apply the migrations that the database lacks, and create the tables of schema.sql that it has not.",
    discussion: """
      An empty database gets its tables from schema.sql. One that has tables gets the migrations that it has not had yet, in \
      their order, each as a whole or not at all; the service may run meanwhile.

      roster serve makes missing tables as well when it starts, but applies no migration. Run this as the database's owner if \
      the service itself may not create tables; it then needs SELECT, INSERT, UPDATE and DELETE on the table users.

      Exit codes: 0 the database has everything, 64 a setting is wrong, 69 no database, or somebody has a table locked, 78 \
      something cannot be applied: what was applied before stays.
      """)

  @OptionGroup var environment: EnvironmentOptions
  @OptionGroup(title: "Database") var database: DatabaseOptions
  @OptionGroup(title: "Logging") var log: LogOptions

  func run() throws {
    try environment.load()
    let logger = try log.logger()
    try database.withPool(logger) { pool, configuration in
      try await pool.migrate(Application.schema) { print("\($0) has been applied") }
      for table in try await pool.makeTables(of: Application.schema) { print("table \(table) has been made") }
      print("ok: \(place(pool, configuration)) has the tables of roster \(Roster.version)")
    }
  }
}

/// Where the connection has led, which an address alone does not say.
@LoopActor private func place(_ pool: Pool, _ configuration: DatabaseConfiguration) -> String {
  pool.peer.map { "\($0)" } ?? configuration.description
}

extension DatabaseOptions {
  /// Runs `body` once on a pool of one connection; ends the process with 69 if the database cannot be had.
  fileprivate func withPool(
    _ logger: Logger, _ body: @escaping @LoopActor @Sendable (Pool, DatabaseConfiguration) async throws -> Void
  ) throws {
    let configuration = try configuration()
    logger.tell(ignored: configuration)
    var options = try poolOptions()
    options.size = 1
    runLoop { [options] in
      do {
        let pool = Pool(configuration, options, logger: logger)
        pool.start()
        try await body(pool, configuration)
        await pool.close()
        ExitStatus.success.end()
      } catch let mismatch as SchemaMismatch {
        fail(mismatch, .configuration)
      } catch let error as DatabaseError where error.sqlState == .lockNotAvailable {
        fail(
          DatabaseError.unavailable("somebody has a table locked that is to be looked at; try again later"),
          .unavailable)
      } catch {
        fail(error, .unavailable)
      }
    }
  }
}
