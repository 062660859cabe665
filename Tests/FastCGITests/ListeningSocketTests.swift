import Glibc
import Testing

@testable import FastCGI

struct ListeningSocketTests {
  private func mode(_ path: String) -> mode_t? {
    var info = stat()
    return lstat(path, &info) == 0 ? info.st_mode : nil
  }

  @Test func `a Unix socket has its permissions, does not block, and is removed by its maker`() throws {
    let path = temporaryPath()
    let socket = try ListeningSockets.open(.unix(path: path), mode: 0o600).all[0]
    #expect(mode(path) == S_IFSOCK | 0o600)
    #expect(fcntl(socket.descriptor, F_GETFL) & O_NONBLOCK != 0)
    #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    socket.close()
    #expect(mode(path) == nil)
  }

  @Test func `a path that a live process listens on is refused`() throws {
    let path = temporaryPath()
    let socket = try ListeningSockets.open(.unix(path: path)).all[0]
    defer { socket.close() }
    #expect(throws: FastCGIError.addressInUse(path)) { try ListeningSockets.open(.unix(path: path)) }
    #expect(mode(path) != nil)
  }

  @Test func `a socket that a dead process left is replaced, and its successor's is not removed`() throws {
    let path = temporaryPath()
    let dead = try ListeningSockets.open(.unix(path: path)).all[0]
    shutdown(dead.descriptor, Int32(SHUT_RDWR))  // as good as dead: it refuses connections
    let socket = try ListeningSockets.open(.unix(path: path)).all[0]
    dead.close()
    #expect(mode(path) != nil)
    socket.close()
    #expect(mode(path) == nil)
  }

  @Test func `what is no socket is left alone`() throws {
    let path = temporaryPath()
    close(creat(path, 0o644))
    defer { unlink(path) }
    #expect(throws: FastCGIError.notASocket(path)) { try ListeningSockets.open(.unix(path: path)) }
    #expect(mode(path) == S_IFREG | 0o644)
  }

  @Test func `a path that cannot be is an error that names it`() {
    let long = "/tmp/" + String(repeating: "a", count: 200)
    #expect(throws: FastCGIError.pathTooLong(long)) { try ListeningSockets.open(.unix(path: long)) }
    #expect(throws: FastCGIError.system("/nowhere/", errno: ENOENT)) {
      try ListeningSockets.open(.unix(path: "/nowhere/a.sock"))
    }
  }

  @Test func `IPv4 and IPv6 addresses are listened on, a taken port is refused`() throws {
    let port = UInt16.random(in: 20_000..<32_000)
    let socket = try ListeningSockets.open(.tcp(host: "127.0.0.1", port: port)).all[0]
    defer { socket.close() }
    #expect(ListeningSocket.isListening(socket.descriptor))
    #expect(throws: FastCGIError.addressInUse("127.0.0.1:\(port)")) {
      try ListeningSockets.open(.tcp(host: "127.0.0.1", port: port))
    }
    try ListeningSockets.open(.tcp(host: "::1", port: port)).close()
  }
}
