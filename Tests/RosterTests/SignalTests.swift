import Glibc
import TestSupport
import Testing

/// What signals do, and what becomes of the requests that are in flight.
extension ServeTests {
  /// Holds the table until it is ended, so that a request on it stays in flight.
  private func lockTable(on database: String) throws -> ChildProcess {
    let lock = "BEGIN; LOCK users; SELECT pg_sleep(60)"
    let child = try ChildProcess.start(["psql", "-qX", "-c", lock, database])
    let isLocked =
      "SELECT 1/count(*) FROM pg_locks WHERE granted AND mode = 'AccessExclusiveLock' AND relation = 'users'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    try Poll.until { try? sql(isLocked, on: database) }
    return child
  }

  /// Ends it. The server notices only later that psql has gone.
  private func unlockTable(_ lock: ChildProcess, on database: String) throws {
    kill(lock.id, SIGKILL)
    lock.wait()
    try sql(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND datname = current_database()",
      on: database)
  }

  private func waitForAWaiter(on database: String) throws {
    try Poll.until {
      try? sql(
        "SELECT 1/count(*) FROM pg_locks WHERE NOT granted AND relation = 'users'::regclass AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
        on: database)
    }
  }

  @Test(arguments: [[], ["--workers", "2"]])
  func `SIGTERM lets requests in flight finish, and ends with 0`(arguments: [String]) async throws {
    let database = try await database()
    let roster = try RunningProgram(arguments, database: database)
    #expect(try roster.ask("POST", "/users/", #"{"email":"a@b.co","name":"A"}"#).text.contains(#""id":1"#))
    let lock = try lockTable(on: database)
    let client = try roster.connect()
    client.send(RunningProgram.request("GET", "/users/1"))
    try waitForAWaiter(on: database)
    try roster.signal(SIGTERM)
    try unlockTable(lock, on: database)
    #expect(try client.answer().text.contains(#""email":"a@b.co""#))
    #expect(roster.wait() == 0)
  }

  @Test func `a signal may reach every process, as from a terminal or from systemd`() async throws {
    let database = try await database()
    let roster = try RunningProgram(["--workers", "2"], database: database)
    #expect(try roster.ask("POST", "/users/", #"{"email":"a@b.co","name":"A"}"#).text.contains(#""id":1"#))
    try Poll.until { roster.count("serving") == 2 ? true : nil }
    let workers = try roster.workers(2)
    let lock = try lockTable(on: database)
    let client = try roster.connect()
    client.send(RunningProgram.request("GET", "/users/1"))
    try waitForAWaiter(on: database)
    for worker in workers { kill(worker, SIGHUP) }
    for signal in [SIGINT, SIGTERM, SIGQUIT] { for worker in workers { kill(worker, signal) } }
    try roster.signal(SIGTERM)
    try unlockTable(lock, on: database)
    #expect(try client.answer().text.contains(#""email":"a@b.co""#))
    #expect(roster.wait() == 0)
  }

  @Test(arguments: [[], ["--workers", "1"]])
  func `signals that mean something to other servers end nothing`(arguments: [String]) async throws {
    let roster = try RunningProgram(arguments, database: try await database())
    #expect(try roster.ask("GET", "/users/").text == "[]")
    for signal in [SIGUSR1, SIGUSR2, SIGPIPE] { try roster.signal(signal) }
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try roster.signal(SIGQUIT)
    #expect(roster.wait() == 0)
  }

  @Test func `a second SIGTERM ends at once`() async throws {
    let database = try await database()
    let roster = try RunningProgram(database: database)
    #expect(try roster.ask("GET", "/users/").text == "[]")
    let lock = try lockTable(on: database)
    let client = try roster.connect()
    client.send(RunningProgram.request("GET", "/users/1"))
    try waitForAWaiter(on: database)
    try roster.signal(SIGTERM)
    try Poll.until {
      access(roster.socket, F_OK) != 0 || (try? FastCGIClient(unix: roster.socket)) == nil ? true : nil
    }
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 130)
    try unlockTable(lock, on: database)
  }
}
