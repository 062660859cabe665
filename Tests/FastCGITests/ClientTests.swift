import Glibc
import TestSupport
import Testing

@testable import FastCGI

@Suite(.ownThread) struct ClientTests {
  @Test func `a service answers with its status and its body`() async throws {
    let server = try await TestServer { request in
      let target = request.parameter("REQUEST_URI") ?? ""
      return Response(status: target == "/well" ? 200 : 503, headers: [], body: Array(target.utf8))
    }
    for (target, status) in [("/well", 200), ("/ill", 503)] {
      let answer = try Client.get(target, at: server.address, within: .seconds(20))
      #expect(answer.status == status)
      #expect(answer.body == Array(target.utf8))
    }
    try await server.drain()
  }

  @Test func `over TCP too, by address and as this machine`() async throws {
    let port = try freePort()
    let server = try await TestServer(address: .tcp(host: "127.0.0.1", port: port))
    for host in ["127.0.0.1", "localhost"] {
      #expect(try Client.get("/a", at: .tcp(host: host, port: port), within: .seconds(20)).body == Array("/a".utf8))
    }
    try await server.drain()
  }

  @Test func `an answer of many records, and a target that is longer than a short pair`() async throws {
    let server = try await TestServer { request in
      Response(
        headers: [], body: Array(repeating: UInt8(request.parameter("REQUEST_URI")?.utf8.count ?? 0), count: 300_000))
    }
    let target = "/" + String(repeating: "a", count: 199)
    let answer = try Client.get(target, at: server.address, within: .seconds(20))
    #expect(answer.body == Array(repeating: 200, count: 300_000))
    try await server.drain()
  }

  @Test func `where nobody is, the reason is said`() throws {
    let missing = ListenAddress.unix(path: "/nowhere/socket")
    #expect(throws: Client.Failure.unreachable(missing, reason: "No such file or directory")) {
      try Client.get("/", at: missing, within: .seconds(20))
    }
    let closed = ListenAddress.tcp(host: "127.0.0.1", port: try freePort())
    #expect(throws: Client.Failure.unreachable(closed, reason: "nobody listens there")) {
      try Client.get("/", at: closed, within: .seconds(20))
    }
    let tooLong = ListenAddress.unix(path: String(repeating: "a", count: 200))
    #expect(throws: Client.Failure.self) { try Client.get("/", at: tooLong, within: .seconds(20)) }
  }

  @Test(arguments: [false, true]) func `who accepts nothing is silent, its queue full or not`(_ isFull: Bool) throws {
    let path = temporaryPath()
    let address = ListenAddress.unix(path: path)
    let sockets = try ListeningSockets.open(address)
    defer { sockets.close() }
    for socket in sockets.all where isFull { listen(socket.descriptor, 0) }
    let others = isFull ? [try FastCGIClient(unix: path)] : []
    defer { for other in others { other.hangUp() } }
    #expect(throws: Client.Failure.silent(address, .milliseconds(50))) {
      try Client.get("/", at: address, within: .milliseconds(50))
    }
  }

  @Test(arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "", "\u{1}\u{3}\u{0}\u{1}\u{0}\u{0}\u{0}\u{0}"])
  func `what is no FastCGI is told`(_ words: String) async throws {
    let address = ListenAddress.unix(path: temporaryPath())
    let sockets = try ListeningSockets.open(address)
    defer { sockets.close() }
    let listener = try #require(sockets.all.first?.descriptor)
    async let peer: Void = answer(words, on: listener)
    #expect(throws: Client.Failure.malformed(address)) { try Client.get("/", at: address, within: .seconds(20)) }
    await peer
  }

  /// Answers one request, whatever it is.
  private func answer(_ words: String, on listener: Int32) async {
    var waiting = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
    poll(&waiting, 1, 20_000)
    let connection = accept(listener, nil, nil)
    var request = [UInt8](repeating: 0, count: 4096)
    recv(connection, &request, request.count, 0)
    send(connection, words, words.utf8.count, Int32(MSG_NOSIGNAL))
    close(connection)
  }
}
