import EventLoop
import Glibc
import Synchronization
import TestSupport

@testable import FastCGI

/// A server on the loop's thread, with a socket of its own and what it reported.
final class TestServer: Sendable {
  let server: Server
  let address: ListenAddress
  let notices: Notices

  final class Notices: Sendable {
    private let list = Mutex<[String]>([])

    var all: [String] { list.withLock { $0 } }

    func add(_ notice: Notice) {
      list.withLock { $0.append("\(notice)") }
    }
  }

  /// `linger` is short since clients of the tests that stay open would hold up every drain.
  init(
    _ configuration: ServerConfiguration = ServerConfiguration(), linger: Duration = .milliseconds(100),
    address: ListenAddress = .unix(path: temporaryPath()), _ responder: @escaping Responder = echo
  ) async throws {
    let notices = Notices()
    var configuration = configuration
    configuration.closeTimeout = linger
    self.address = address
    self.notices = notices
    server = try await onLoop { [configuration] in
      let server = Server(
        try ListeningSockets.open(address), configuration, responder: responder, log: { notices.add($0) })
      try server.start()
      return server
    }
  }

  func client() throws -> FastCGIClient {
    switch address {
    case .unix(let path): try FastCGIClient(unix: path)
    case .tcp(_, let port): try FastCGIClient(port: port)
    }
  }

  func drain(grace: Duration = .zero) async throws {
    try await onLoop { [server] in await server.drain(grace: grace) }
  }

  func status() async throws -> Server.Status {
    try await onLoop { [server] in server.status }
  }

  /// Waits until the figures are as wanted, twenty seconds at most.
  func waits(for condition: @escaping @Sendable (Server.Status) -> Bool) async throws -> Bool {
    for _ in 0..<4000 {
      if try await condition(status()) { return true }
      try await pause(.milliseconds(5))
    }
    return false
  }
}

/// Answers with the body, or the path and query where there is none.
@LoopActor func echo(_ request: Request) async -> Response {
  let body = request.body.isEmpty ? Array((request.parameter("REQUEST_URI") ?? "").utf8) : request.body
  return Response(headers: [("Content-Type", "text/plain")], body: body)
}

func pause(_ duration: Duration) async throws {
  try await onLoop { await EventLoop.main.sleep(for: duration) }
}

func temporaryPath() -> String {
  "/tmp/fastcgi-\(getpid())-\(UInt32.random(in: 0 ... .max)).sock"
}
