import Glibc
import TestSupport
import Testing

/// The first moments of a process, and where it finds itself.
@Suite(.ownThread) struct ProcessStartTests {
  private static let databases = [
    "host=/nonexistent", "host=192.0.2.1", "host=no.such.host.invalid", "host=localhost port=1",
  ]

  @Test(arguments: databases, [[], ["--workers", "2"]])
  func `a signal before anything is served ends with 0`(database: String, arguments: [String]) throws {
    for signal in [SIGTERM, SIGINT, SIGQUIT] {
      let roster = try RunningProgram(arguments, database: database)
      try Poll.until { roster.log.contains("listening on") ? true : nil }
      try roster.signal(SIGHUP)
      try roster.signal(signal)
      #expect(roster.wait() == 0)
      #expect(!roster.log.contains("Bad file descriptor") && !roster.log.contains("Operation not permitted"))
      #expect(access(roster.socket, F_OK) != 0)
    }
  }

  @Test(arguments: [[], ["--workers", "1"]])
  func `a signal while the first check waits for the database ends with 0`(arguments: [String]) async throws {
    let silent = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)  // listens, and never says a word
    defer { close(silent) }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = bind(silent, $0, length) | listen(silent, 5) | getsockname(silent, $0, &length)
      }
    }
    let database = "host=127.0.0.1 port=\(UInt16(bigEndian: address.sin_port)) connect_timeout=30"
    let roster = try RunningProgram(arguments, database: database)
    var ready = pollfd(fd: silent, events: Int16(POLLIN), revents: 0)
    #expect(poll(&ready, 1, 30_000) == 1)
    try roster.signal(SIGTERM)
    #expect(roster.wait() == 0)
    #expect(!roster.log.contains("Bad file descriptor"))
  }

  @Test(.enabled(if: getuid() == 0, "only root changes its root"))
  func `without a proc file system commands do what they are told`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let database = cluster.url(try cluster.makeDatabase())
    let folder = try makeTemporaryFolder()
    let script = #"""
      umount "$0/$2" 2>/dev/null
      for file in "$1" $(ldd "$1" | grep -o '/[^ ]*') $(ls /lib/x86_64-linux-gnu/libnss_*); do
        mkdir -p "$0/$(dirname "$file")"; cp -L "$file" "$0/$file"; done
      mkdir -p "$0/$2" "$0/tmp" "$0/dev"; mount --bind "$2" "$0/$2"
      """#
    try ChildProcess.run(["sh", "-c", script, folder, Program.path, cluster.folder])
    defer { try? ChildProcess.run(["sh", "-c", "umount \"$0/$1\" && rm -rf \"$0\"", folder, cluster.folder]) }
    func run(_ arguments: String...) throws -> (status: Int32, output: String) {
      let status = try ChildProcess.start(
        ["env"] + environment(database) + ["chroot", folder, Program.path] + arguments,
        log: "\(folder)/output"
      ).wait()
      return (status, contents(of: "\(folder)/output"))
    }
    let check = try run("init-db")
    #expect(check.status == 0)
    #expect(check.output.contains("ok: "))
    #expect(try run("chekc").status == 64)
    #expect(try run("serve").output.contains("There is no socket"))
    let serve = try ChildProcess.start(
      ["env"] + environment(database) + ["chroot", folder, Program.path, "serve"]
        + ["--listen", "unix:/tmp/s", "--workers", "2"], log: "\(folder)/log")
    let client = try Poll.until { try? FastCGIClient(unix: "\(folder)/tmp/s") }
    client.send(RunningProgram.request("GET", "/users/"))
    #expect(try client.answer().text == "[]")
    kill(serve.id, SIGHUP)
    try Poll.until { contents(of: "\(folder)/log").contains("reloaded") ? true : nil }
    kill(serve.id, SIGTERM)
    #expect(serve.wait() == 0)
  }

  /// With the folders of Swift's shared libraries, which a program of tests has.
  private func environment(_ database: String) -> [String] {
    let libraries = "/opt/swift/usr/lib/swift/linux:\(Program.folder(of: Program.path))"
    return ["DATABASE_URL=\(database)", "LD_LIBRARY_PATH=\(libraries)"]
  }

  @Test(.enabled(if: getuid() == 0, "only root becomes another user"), arguments: [[], ["--workers", "1"]])
  func `--user gives the user's own HOME, USER and LOGNAME, also after a reload`(arguments: [String]) async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let roster = try RunningProgram(
      ["--user", "www-data"] + arguments, database: cluster.url(try cluster.makeDatabase()),
      environment: ["HOME=/root", "USER=root", "LOGNAME=root", "ROSTER_CORE_FILES=1"])
    #expect(try roster.ask("GET", "/users/").text == "[]")
    try roster.signal(SIGHUP)
    try Poll.until { roster.log.contains("reloaded") ? true : nil }
    let variables = try Set(contents(of: "/proc/\(roster.workers(1)[0])/environ").split(separator: "\0"))
    #expect(variables.isSuperset(of: ["HOME=/var/www", "USER=www-data", "LOGNAME=www-data"]))
  }

  @Test(
    .enabled(if: getuid() == 0, "only root becomes another user"),
    arguments: [["--user", "www-data"], ["--user", "www-data", "--workers", "2"], []])
  func `what the kernel sends at the launcher's end is sent to another user's process too`(
    arguments: [String]
  ) async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let roster = try RunningProgram(
      arguments, database: cluster.url(try cluster.makeDatabase()),
      under: ["sh", "-c", #"setpriv --pdeathsig TERM "$@" & wait"#, "sh"])
    #expect(try roster.ask("GET", "/users/").text == "[]")
    let service = try roster.workers(1)[0]  // of the launcher, which is what was started
    try roster.signal(SIGKILL)
    try Poll.until { kill(service, 0) != 0 ? true : nil }
    // It has ended as it should, which another user cannot show: the socket is in root's folder.
    if arguments.isEmpty { #expect(access(roster.socket, F_OK) != 0) }
  }

  @Test(.enabled(if: getuid() == 0, "only root becomes another user"), arguments: [["--user", "www-data"], []])
  func `another user's HOME is not where certificates are looked for`(arguments: [String]) async throws {
    let cluster = try PostgreSQLCluster(settings: [])
    let launcher = arguments.isEmpty ? ["setpriv", "--reuid=www-data", "--regid=www-data", "--clear-groups"] : []
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    try ChildProcess.run(["sh", "-c", "mkdir -m 700 \"$0/home\"; chmod 777 \"$0\"", folder])
    let roster = try RunningProgram(
      ["--listen", "unix:\(folder)/s"] + arguments, database: "\(cluster.urlOverTCP())?sslmode=require",
      environment: ["HOME=\(folder)/home"], under: launcher)
    try Poll.until { roster.log.contains("connection to the database: ") ? true : nil }
    #expect(try roster.says("server does not support SSL"))
    #expect(!roster.log.contains("Permission denied"))
  }

  @Test(.enabled(if: getuid() == 0, "only root becomes another user"))
  func `a check as the service's user sees what that user sees`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let file =
      "[users]\\nhost=\(cluster.folder)\\nport=\(cluster.port)\\nuser=postgres\\ndbname=\(try cluster.makeDatabase())\\n"
    try ChildProcess.run(["sh", "-c", "umask 77; printf '\(file)' >\(folder)/service"])
    let environment = ["DATABASE_URL=service=users", "PGSERVICEFILE=\(folder)/service"]
    #expect(try Program.run(["init-db"], environment).status == 0)
    let asRoot = try Program.run(["check"], environment)
    #expect(asRoot.status == 0)
    #expect(asRoot.output.contains("checked as root: with --user NAME"))
    let asUser = try Program.run(["check", "--user", "www-data"], environment)
    #expect(asUser.status == 64)
    #expect(asUser.output.contains("service"))
  }

  @Test func `probes from elsewhere are told once, and then counted`() async throws {
    let cluster = try await PostgreSQLCluster.shared()
    let port = try freePort()
    let roster = try RunningProgram(
      ["--listen", "127.0.0.1:\(port)"], database: cluster.url(try cluster.makeDatabase()),
      environment: ["FCGI_WEB_SERVER_ADDRS=127.0.0.2"])
    for _ in 0..<50 {
      let client = try Poll.until { try? FastCGIClient(port: port) }
      #expect(try client.ends())
    }
    #expect(try roster.count("connection refused: the peer's address is not among the web servers'", atLeast: 1) == 1)
    try Poll.until { roster.log.contains("the web servers' (49 times within 10 s)") ? true : nil }
  }
}
