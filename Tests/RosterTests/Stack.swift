import Glibc
import TestSupport

/// Everything that `make run` starts: PostgreSQL, roster and nginx, in a folder of its own, on free ports.
///
/// It lasts as long as the test process, and never longer: see ``Companion``.
final class Stack: Sendable {
  let folder: String
  let port: UInt16
  let tlsPort: UInt16

  /// The stack that tests share; started by the first. Each uses users of its own.
  static func shared() async throws -> Stack { try await sharedStack.value }
  private static let sharedStack = Task { try Stack() }

  /// Starts a stack whose settings in the environment are these too.
  init(_ environment: [String] = []) throws {
    folder = try makeTemporaryFolder()
    port = try freePort()
    tlsPort = try freePort()
    let variables = [
      "PORT=\(port)", "TLS_PORT=\(tlsPort)", "STATE_DIR=\(folder)/state", "WORKERS=2", "ROSTER=\(Program.path)",
    ]
    _ = try Companion(
      ["env", "-u", "DATABASE_URL"] + variables + environment + ["\(Program.project)/nginx/run"], folder: folder,
      signal: "TERM", log: "\(folder)/output")
    try waitUntilReady()
  }

  private func waitUntilReady() throws {
    for _ in 0..<3000 {
      let output = contents(of: "\(folder)/output")
      if output.contains("\nready") { return }
      if output.contains("nginx/run:") { throw ChildProcess.Failure(output) }
      usleep(20_000)
    }
    throw ChildProcess.Failure("not ready within a minute: \(contents(of: "\(folder)/output"))")
  }

  /// What curl gets over TLS: the body, the status, the version of HTTP.
  func curl(_ method: String, _ path: String, _ body: String? = nil, key: String? = nil) throws -> String {
    let output = "\(folder)/curl\(UInt64.random(in: 0 ... .max))"
    let data = body.map { ["-H", "Content-Type: application/json", "-d", $0] } ?? []
    let bearer = key.map { ["-H", "Authorization: Bearer \($0)"] } ?? []
    try ChildProcess.run(
      ["curl", "-sSk", "--http2", "-X", method, "-w", "%{http_code} %{http_version}"] + data + bearer
        + ["https://localhost:\(tlsPort)\(path)"], log: output)
    return contents(of: output)
  }

  func client() throws -> HTTPClient { try HTTPClient(port: port) }

  /// The process that keeps the responders running.
  var supervisor: pid_t {
    get throws {
      let fields = contents(of: "\(folder)/state/run/roster.pid").split(whereSeparator: \.isWhitespace)
      guard let id = fields.first.flatMap({ pid_t($0) }) else { throw ChildProcess.Failure("there is no supervisor") }
      return id
    }
  }

  /// How often the program's log says something.
  func count(_ text: String) -> Int { contents(of: "\(folder)/state/log/roster.log").ranges(of: text).count }
}
