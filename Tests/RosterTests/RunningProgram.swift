import Glibc
import TestSupport

/// `roster` as a process of its own, in a temporary folder with its socket and its log.
///
/// It never outlives the test process: then a ``TetheredShell`` kills it.
final class RunningProgram {
  let folder: String
  let socket: String
  private let shell: TetheredShell
  private var hasEnded = false

  /// Starts `roster serve --listen unix:…` with further arguments, on a database. `program` is another path to it, `under`
  /// a command that runs it.
  init(
    _ arguments: [String] = [], database: String, environment: [String] = [], program: String = Program.path,
    under: [String] = []
  ) throws {
    folder = try makeTemporaryFolder()
    socket = "\(folder)/roster.sock"
    let script = """
      exec 3<&0; "$@" 3<&- </dev/null & child=$!; echo $child >"$0/pid"
      (read nothing <&3; kill -KILL $child) & watcher=$!; wait $child; status=$?; kill $watcher; exit $status
      """
    shell = try TetheredShell(
      script,
      [folder, "env", "DATABASE_URL=\(database)", "ROSTER_POOL_SIZE=2"] + environment + under
        + [program, "serve", "--listen", "unix:\(socket)"] + arguments, log: "\(folder)/log")
  }

  deinit {
    shell.letGo()
    if !hasEnded { shell.wait() }
    try? ChildProcess.run(["rm", "-rf", folder])
  }

  var log: String { contents(of: "\(folder)/log") }

  var id: pid_t { get throws { try Poll.until { pid_t(contents(of: "\(folder)/pid").dropLast()) } } }

  /// The processes that it keeps running.
  var workers: [pid_t] {
    get throws {
      let id = try id
      return contents(of: "/proc/\(id)/task/\(id)/children").split(separator: " ").compactMap { pid_t($0) }
    }
  }

  /// The same, as soon as there are so many and all of them are the program, not the shell's child before.
  func workers(_ count: Int) throws -> [pid_t] {
    try Poll.until {
      let workers = try self.workers
      let areNamed = workers.allSatisfy { contents(of: "/proc/\($0)/comm") == "roster\n" }
      return workers.count == count && areNamed ? workers : nil
    }
  }

  /// How often the log says something.
  func count(_ text: String) -> Int { log.ranges(of: text).count }

  /// The same, as soon as it is so often: a file's lines may come a moment after what they are about.
  func count(_ text: String, atLeast least: Int) throws -> Int {
    try Poll.until { count(text) >= least ? count(text) : nil }
  }

  /// That the log says something, now or in a moment.
  func says(_ text: String) throws -> Bool { try count(text, atLeast: 1) > 0 }

  func signal(_ signal: Int32) throws {
    kill(try id, signal)
  }

  /// Waits for its end and returns its status.
  func wait() -> Int32 {
    hasEnded = true
    return shell.wait()
  }

  /// A connection to its socket, as soon as that is there.
  func connect() throws -> FastCGIClient {
    try Poll.until { try? FastCGIClient(unix: socket) }
  }

  /// Asks on a connection of its own.
  func ask(
    _ method: String, _ target: String, _ body: String = "", key: String? = nil
  ) throws -> FastCGIClient.Answer {
    let client = try connect()
    client.send(Self.request(method, target, body, key: key))
    return try client.answer()
  }

  static func request(
    _ method: String, _ target: String, _ body: String = "", key: String? = nil, keep: Bool = false
  ) -> [UInt8] {
    var parameters = [
      ("REQUEST_METHOD", method), ("REQUEST_URI", target), ("CONTENT_TYPE", "application/json"),
      ("CONTENT_LENGTH", "\(body.utf8.count)"),
    ]
    if let key { parameters.append(("HTTP_AUTHORIZATION", "Bearer \(key)")) }
    return Records.request(parameters, body: Array(body.utf8), keep: keep)
  }
}

/// Waiting for what another process does.
enum Poll {
  /// Tries every few milliseconds, for thirty seconds at most, unless another time is given.
  @discardableResult
  static func until<Value>(
    within limit: Duration = .seconds(30), _ file: StaticString = #fileID, _ line: Int = #line,
    _ attempt: () throws -> Value?
  ) throws -> Value {
    let clock = ContinuousClock()
    let end = clock.now + limit
    while clock.now < end {
      if let value = try attempt() { return value }
      usleep(5_000)
    }
    throw ChildProcess.Failure("what was waited for did not happen within \(limit): \(file), line \(line)")
  }
}
