import Glibc
import Synchronization

/// A PostgreSQL server for tests, in a folder of its own, reached by Unix socket and by TCP on localhost.
///
/// The folder is in memory where there is room. Each database is three hundred files, and ext4 looks for a place for each
/// among all that were deleted in the last minutes: tests that ran again and again took half of their time for that.
///
/// It lasts as long as the test process, and never longer: see ``Companion``.
public final class PostgreSQLCluster: Sendable {
  /// The folder, which is also the socket's.
  public let folder: String
  /// The port, on TCP and in the socket's name.
  public let port: UInt16
  private let settings: [String]

  /// The cluster that tests share; started by the first. Each takes a database of its own from it.
  public static func shared() async throws -> PostgreSQLCluster {
    try await sharedCluster.value
  }

  private static let sharedCluster = Task { try PostgreSQLCluster() }

  /// Makes and starts a cluster, in about two seconds. `settings` are as in postgresql.conf: `"work_mem=1MB"`.
  public init(settings: [String] = []) throws {
    folder = try makeTemporaryFolder(in: Self.hasRoom("/dev/shm") ? "/dev/shm" : "/tmp")
    port = try freePort()
    self.settings = settings
    if getuid() == 0 { try ChildProcess.run(["chown", "postgres", folder]) }
    try ChildProcess.run(
      Self.asPostgres + [
        Self.program("initdb"), "-D", "\(folder)/data", "-U", "postgres", "-A", "trust", "-E", "UTF8",
        "--locale=C.UTF-8", "--no-sync", "--no-instructions",
      ], log: "\(folder)/initdb.log")
    try start()
  }

  /// Starts the server and waits until it takes connections. Called by `init`; for tests that have stopped it.
  public func start() throws {
    var arguments = [Self.program("postgres"), "-D", "\(folder)/data", "-k", folder, "-p", "\(port)"]
    for setting in ["listen_addresses=localhost", "fsync=off", "max_connections=1000"] + settings {
      arguments += ["-c", setting]
    }
    _ = try Companion(
      Self.asPostgres + arguments, folder: folder, signal: "QUIT", log: "\(folder)/server.log")
    for _ in 0..<500 {
      if (try? run("pg_isready", "-q")) != nil { return }
      usleep(20_000)
    }
    throw ChildProcess.Failure("PostgreSQL does not start; see \(folder)/server.log")
  }

  /// Stops the server and waits for its end. `mode`: smart, fast or immediate, as in pg_ctl.
  public func stop(mode: String = "fast") throws {
    try ChildProcess.run(
      Self.asPostgres + [Self.program("pg_ctl"), "-D", "\(folder)/data", "-m", mode, "-w", "stop"])
  }

  /// Kills every process of the server, as a crash of the machine would, without a word to its clients.
  public func kill() throws {
    try ChildProcess.run([
      "sh", "-c", #"read pid < "$0/data/postmaster.pid"; kill -STOP $pid; pkill -KILL -P $pid; kill -KILL $pid"#,
      folder,
    ])
    // The shell that started it has not taken notice, so the locks seem to be a living process's.
    for file in ["data/postmaster.pid", ".s.PGSQL.\(port).lock"] { unlink("\(folder)/\(file)") }
  }

  /// Stops every process of the server where it is, until `resume`.
  public func pause() throws { try signalAll("STOP") }

  /// Lets the server go on.
  public func resume() throws { try signalAll("CONT") }

  private func signalAll(_ signal: String) throws {
    try ChildProcess.run([
      "sh", "-c", #"read pid < "$0/data/postmaster.pid"; kill -"$1" $pid; pkill -"$1" -P $pid"#, folder, signal,
    ])
  }

  /// Makes an empty database, with further options of createdb, and returns its name.
  public func makeDatabase(_ options: String...) throws -> String {
    let name = "test\(Self.count.wrappingAdd(1, ordering: .relaxed).newValue)"
    try run("createdb", options + [name])
    return name
  }

  private static let count = Atomic<Int>(0)

  /// The address for libpq, over the Unix socket.
  public func url(_ database: String = "postgres") -> String {
    "postgresql://postgres@/\(database)?host=\(folder)&port=\(port)"
  }

  /// The address for libpq, over TCP.
  public func urlOverTCP(_ database: String = "postgres") -> String {
    "postgresql://postgres@localhost:\(port)/\(database)"
  }

  /// Runs one of PostgreSQL's client programs against the cluster.
  public func run(_ program: String, _ arguments: String...) throws {
    try run(program, arguments)
  }

  /// What a database has besides rows, as pg_dump writes it.
  public func description(of database: String) throws -> String {
    let file = "\(folder)/\(database).sql"
    try run("pg_dump", "--schema-only", "--file", file, database)
    // Newer versions put a word by chance into the first and the last line.
    return contents(of: file).split(separator: "\n").filter { !$0.hasPrefix("\\") }.joined(separator: "\n")
  }

  private func run(_ program: String, _ arguments: [String]) throws {
    try ChildProcess.run(
      [Self.program(program), "-h", folder, "-p", "\(port)", "-U", "postgres"] + arguments,
      log: "\(folder)/client.log")
  }

  /// Whether a file system in memory has room for the clusters of all tests, which is five gigabytes, and for what others need.
  /// Its size is no more than a limit: what it takes has to be free as memory.
  private static func hasRoom(_ path: String) -> Bool {
    let room = 8 << 30
    var system = statvfs()
    guard statvfs(path, &system) == 0, access(path, W_OK) == 0 else { return false }
    let available = contents(of: "/proc/meminfo").split(separator: "\n").first { $0.hasPrefix("MemAvailable:") }
    let kilobytes = available?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    return kilobytes >= room / 1024 && Int(system.f_bavail) >= room / Int(system.f_frsize)
  }

  /// PostgreSQL refuses to run as root.
  private static var asPostgres: [String] {
    getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
  }

  /// Debian keeps the server's programs out of PATH; the newest version is taken.
  private static func program(_ name: String) -> String {
    for version in (13...20).reversed() {
      let path = "/usr/lib/postgresql/\(version)/bin/\(name)"
      if access(path, X_OK) == 0 { return path }
    }
    return name
  }
}
