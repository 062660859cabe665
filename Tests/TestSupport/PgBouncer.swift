import Glibc

/// PgBouncer before a cluster, in a folder of its own, on a Unix socket. It ends with the test process, however that ends.
public final class PgBouncer: Sendable {
  /// What it is reached by: its folder is the socket's.
  public let folder: String
  private let port: UInt16
  private let companion: Companion

  /// Starts it and waits until it takes connections. `settings` are lines of pgbouncer.ini: `"query_timeout=1"`.
  public init(before cluster: PostgreSQLCluster, mode: String, settings: [String] = []) throws {
    folder = try makeTemporaryFolder()
    // The last line of a name counts.
    let given = settings.last { $0.hasPrefix("listen_port") }.flatMap { UInt16($0.split(separator: " ").last ?? "") }
    port = try given ?? freePort()
    let file = """
      [databases]
      * = host=\(cluster.folder) port=\(cluster.port) user=postgres
      [pgbouncer]
      listen_addr =
      unix_socket_dir = \(folder)
      listen_port = \(port)
      auth_type = any
      admin_users = admin
      pool_mode = \(mode)
      logfile = \(folder)/pgbouncer.log
      pidfile = \(folder)/pgbouncer.pid
      \(settings.joined(separator: "\n"))

      """
    try file.write(toFile: "\(folder)/pgbouncer.ini")
    if getuid() == 0 { try ChildProcess.run(["chown", "-R", "postgres", folder]) }
    let user = getuid() == 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups"] : []
    companion = try Companion(
      user + ["/usr/sbin/pgbouncer", "\(folder)/pgbouncer.ini"], folder: folder, signal: "KILL",
      log: "\(folder)/output")
    for _ in 0..<500 {
      if (try? order("SHOW VERSION")) != nil { return }
      usleep(20_000)
    }
    throw ChildProcess.Failure("PgBouncer does not start: \(contents(of: "\(folder)/output"))")
  }

  deinit {
    companion.end()
  }

  /// The address for libpq.
  public func url(_ database: String) -> String {
    "postgresql://postgres@/\(database)?host=\(folder)&port=\(port)"
  }

  /// Gives an order at its console: `KILL name`.
  public func order(_ text: String) throws {
    try ChildProcess.run([
      "psql", "-qX", "-h", folder, "-p", "\(port)", "-U", "admin", "-d", "pgbouncer", "-c", text,
    ])
  }
}
