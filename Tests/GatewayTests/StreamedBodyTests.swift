import EventLoop
import FastCGI
import Glibc
import Synchronization
import TestSupport
import Testing
import WebAPI

@testable import Gateway

private struct Length: Schema {
  let length: Int64
  static let schema = ObjectSchema<Length>("Length", Length.init, Field("length", \.length, .integer))
}

/// Bodies that are read as they arrive, through nginx: `/on/` has its buffer for bodies, `/off/` has not.
@Suite(.ownThread) struct StreamedBodyTests {
  /// What handlers saw: bytes that have been read, and each body's end.
  private final class Seen: Sendable {
    private let state = Mutex((bytes: 0, ends: [String]()))
    var bytes: Int { state.withLock { $0.bytes } }
    var ends: [String] { state.withLock { $0.ends } }
    func read(_ count: Int) { state.withLock { $0.bytes += count } }
    func ended(_ how: String) { state.withLock { $0.ends.append(how) } }
  }

  /// An API with an operation that reads its body and one that does not, behind nginx.
  private final class Site: Sendable {
    let seen = Seen()
    let port: UInt16
    private let nginx: Companion
    private let server: Server

    init(timeout: Duration = .seconds(20)) async throws {
      let seen = seen
      let api = API(
        title: "Test", version: "1",
        [
          Operation(.post, "/read", "read", Inputs(BodyStream(limit: 4 << 20)), returns: Length.self) { body in
            do {
              var length = 0
              for try await piece in body {
                length += piece.count
                seen.read(piece.count)
              }
              seen.ended("end")
              return Length(length: Int64(length))
            } catch {
              seen.ended("\((error as? HTTPError)?.status ?? 0)")
              throw error
            }
          },
          Operation(.post, "/leave", "leave", Inputs(BodyStream(limit: 1 << 30)), returns: Length.self) { _ in
            Length(length: -1)
          },
        ])
      let folder = try makeTemporaryFolder()
      port = try freePort()
      let socket = "\(folder)/roster.sock"
      server = try await onLoop {
        var configuration = ServerConfiguration()
        configuration.partialRequestTimeout = timeout
        configuration.bodyReading = bodyReading(of: api)
        let server = Server(
          try ListeningSockets.open(.unix(path: socket)), configuration, responder: gateway(to: api))
        try server.start()
        return server
      }
      try Self.configuration(port, socket).write(toFile: "\(folder)/nginx.conf")
      if getuid() == 0 { try ChildProcess.run(["chmod", "-R", "a+rwX", folder]) }
      nginx = try Companion(
        ["nginx", "-p", folder, "-c", "nginx.conf", "-e", "stderr"], folder: folder, signal: "TERM",
        log: "\(folder)/log")
      for _ in 0..<500 {
        if (try? BlockingSocket(port: port)) != nil { return }
        usleep(10_000)
      }
      throw ChildProcess.Failure("nginx does not start: \(contents(of: "\(folder)/log"))")
    }

    private static func configuration(_ port: UInt16, _ socket: String) -> String {
      let location = """
        fastcgi_pass roster; fastcgi_keep_conn on; fastcgi_param REQUEST_METHOD $request_method;
        fastcgi_param REQUEST_URI $uri; fastcgi_param CONTENT_LENGTH $content_length if_not_empty;
        """
      return """
        daemon off; master_process off; pid nginx.pid; error_log stderr error; events {}
        http {
          client_body_temp_path body; fastcgi_temp_path fastcgi; proxy_temp_path proxy; scgi_temp_path scgi;
          uwsgi_temp_path uwsgi; access_log off; client_max_body_size 0;
          upstream roster { server unix:\(socket); keepalive 4; }
          server {
            listen 127.0.0.1:\(port);
            location / {
              \(location)
              rewrite ^/on(.*) $1 break;
              location /off/ { fastcgi_request_buffering off; fastcgi_pass roster; rewrite ^/off(.*) $1 break; }
            }
          }
        }

        """
    }

    func waits(until condition: @escaping @Sendable () -> Bool) async throws -> Bool {
      for _ in 0..<2000 {
        if condition() { return true }
        try await onLoop { await EventLoop.main.sleep(for: .milliseconds(5)) }
      }
      return false
    }

    func end() async throws {
      nginx.end()
      try await onLoop { [server] in await server.drain() }
    }

    /// nginx's answer to a request that is sent in these parts.
    func answer(_ parts: [String]) throws -> String {
      let client = try BlockingSocket(port: port)
      for part in parts { client.send(Array(part.utf8)) }
      return try Self.all(of: client)
    }

    static func all(of client: BlockingSocket) throws -> String {
      var bytes: [UInt8] = []
      while case let next = try client.receive(), !next.isEmpty { bytes += next }
      let text = String(decoding: bytes, as: UTF8.self)
      let status = text.dropFirst(9).prefix(3)
      return "\(status) \(text.split(separator: "\r\n\r\n", maxSplits: 1).last ?? "")"
    }
  }

  private static func head(_ path: String, length: Int?, more: String = "") -> String {
    let framing = length.map { "Content-Length: \($0)" } ?? "Transfer-Encoding: chunked"
    return "POST \(path) HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\(framing)\r\n\(more)\r\n"
  }

  private static func chunk(_ text: String) -> String {
    "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n"
  }

  @Test(arguments: ["on", "off"]) func `a body comes whole, with a length and in chunks`(buffer: String) async throws
  {
    let site = try await Site()
    for length in [0, 1, 5000, 100_000, 3 << 20] {
      let body = String(repeating: "x", count: length)
      let answer = try site.answer([Self.head("/\(buffer)/read", length: length), body])
      #expect(answer.hasSuffix(#"{"length":\#(length)}"#))
      let chunks = stride(from: 0, to: length, by: 70_000).map {
        Self.chunk(String(body.dropFirst($0).prefix(70_000)))
      }
      let chunked = try site.answer([Self.head("/\(buffer)/read", length: nil)] + chunks + ["0\r\n\r\n"])
      #expect(chunked.contains(#"{"length":\#(length)}"#))
    }
    try await site.end()
  }

  @Test func `without nginx's buffer a handler reads what a slow client has sent so far`() async throws {
    let site = try await Site()
    let client = try BlockingSocket(port: site.port)
    client.send(Array(Self.head("/off/read", length: 6).utf8))
    for count in 1...6 {
      client.send([65])
      #expect(try await site.waits { site.seen.bytes == count })
    }
    #expect(try Site.all(of: client) == #"200 {"length":6}"#)
    try await site.end()
  }

  @Test func `with it the handler does not begin before the body has come`() async throws {
    let site = try await Site()
    let client = try BlockingSocket(port: site.port)
    client.send(Array(Self.head("/on/read", length: 100_000).utf8) + [UInt8](repeating: 65, count: 99_999))
    // nginx, which does one thing after another, has read what came before this.
    #expect(try site.answer([Self.head("/on/read", length: 0)]) == #"200 {"length":0}"#)
    #expect(site.seen.bytes == 0)
    client.send([65])
    #expect(try Site.all(of: client) == #"200 {"length":100000}"#)
    try await site.end()
  }

  @Test func `a client that goes away in the middle ends the reading with an error`() async throws {
    let site = try await Site()
    for (index, length) in [100, nil].enumerated() {
      do {
        let client = try BlockingSocket(port: site.port)
        let part = length == nil ? Self.chunk("abc") : "abc"
        client.send(Array((Self.head("/off/read", length: length) + part).utf8))
        #expect(try await site.waits { site.seen.bytes == 3 * (index + 1) })
        client.hangUp()
      }
      #expect(try await site.waits { site.seen.ends.count == index + 1 })
    }
    #expect(site.seen.ends == ["400", "400"])
    try await site.end()
  }

  @Test(arguments: ["on", "off"]) func `a body beyond the limit is a 413`(buffer: String) async throws {
    let site = try await Site()
    let body = String(repeating: "x", count: (4 << 20) + 1)
    let told = try site.answer([Self.head("/\(buffer)/read", length: body.utf8.count), body])
    #expect(told == #"413 {"detail":"Content Too Large"}"#)
    let chunked = try site.answer(
      [Self.head("/\(buffer)/read", length: nil), Self.chunk(body), "0\r\n\r\n"])
    #expect(chunked.hasPrefix("413 "))
    let next = try site.answer([Self.head("/\(buffer)/read", length: 1), "x"])
    #expect(next == #"200 {"length":1}"#)
    try await site.end()
  }

  @Test(arguments: ["on", "off"])
  func `a handler may answer before the end of a body, and the next request is answered`(buffer: String) async throws
  {
    let site = try await Site()
    for length in [100, 6 << 20] {
      let body = String(repeating: "x", count: length)
      let answer = try site.answer([Self.head("/\(buffer)/leave", length: length), body])
      #expect(answer == #"200 {"length":-1}"#)
    }
    // Not a byte of it has come.
    if buffer == "off" {
      let answer = try site.answer([Self.head("/off/leave", length: 1000)])
      #expect(answer == #"200 {"length":-1}"#)
    }
    let next = try site.answer([Self.head("/\(buffer)/read", length: 1), "x"])
    #expect(next == #"200 {"length":1}"#)
    try await site.end()
  }

  @Test func `a client that stops sending is told so, and does not keep its handler`() async throws {
    let site = try await Site(timeout: .milliseconds(200))
    let answer = try site.answer([Self.head("/off/read", length: 1000), "abc"])
    #expect(answer == #"408 {"detail":"Request Timeout"}"#)
    #expect(site.seen.ends == ["408"])
    try await site.end()
  }
}
