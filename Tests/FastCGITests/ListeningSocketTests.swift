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
    let socket = try ListeningSocket.open(.unix(path: path), mode: 0o600)
    #expect(mode(path) == S_IFSOCK | 0o600)
    #expect(fcntl(socket.descriptor, F_GETFL) & O_NONBLOCK != 0)
    #expect(fcntl(socket.descriptor, F_GETFD) & FD_CLOEXEC != 0)
    socket.close()
    #expect(mode(path) == nil)
  }

  @Test func `a path that a live process listens on is refused`() throws {
    let path = temporaryPath()
    let socket = try ListeningSocket.open(.unix(path: path))
    defer { socket.close() }
    #expect(throws: FastCGIError.addressInUse(path)) { try ListeningSocket.open(.unix(path: path)) }
    #expect(mode(path) != nil)
  }

  @Test func `a socket that a dead process left is replaced, and its successor's is not removed`() throws {
    let path = temporaryPath()
    let dead = try ListeningSocket.open(.unix(path: path))
    shutdown(dead.descriptor, Int32(SHUT_RDWR))  // as good as dead: it refuses connections
    let socket = try ListeningSocket.open(.unix(path: path))
    dead.close()
    #expect(mode(path) != nil)
    socket.close()
    #expect(mode(path) == nil)
  }

  @Test func `what is no socket is left alone`() throws {
    let path = temporaryPath()
    close(creat(path, 0o644))
    defer { unlink(path) }
    #expect(throws: FastCGIError.notASocket(path)) { try ListeningSocket.open(.unix(path: path)) }
    #expect(mode(path) == S_IFREG | 0o644)
  }

  @Test func `a path that cannot be is an error that names it`() {
    let long = "/tmp/" + String(repeating: "a", count: 200)
    #expect(throws: FastCGIError.pathTooLong(long)) { try ListeningSocket.open(.unix(path: long)) }
    #expect(throws: FastCGIError.system("/nowhere/", errno: ENOENT)) {
      try ListeningSocket.open(.unix(path: "/nowhere/a.sock"))
    }
  }

  @Test func `IPv4 and IPv6 addresses are listened on, a taken port is refused`() throws {
    let port = UInt16.random(in: 20_000..<32_000)
    let socket = try ListeningSocket.open(.tcp(host: "127.0.0.1", port: port))
    defer { socket.close() }
    #expect(ListeningSocket.isListening(socket.descriptor))
    #expect(throws: FastCGIError.addressInUse("127.0.0.1:\(port)")) {
      try ListeningSocket.open(.tcp(host: "127.0.0.1", port: port))
    }
    try ListeningSocket.open(.tcp(host: "::1", port: port)).close()
  }

  @Test func `descriptor 0 is inherited where it listens, and stays in use`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let socket = try ListeningSocket.open(.unix(path: temporaryPath()))
      dup2(socket.descriptor, 0)
      guard let inherited = try ListeningSocket.inherited() else { exit(1) }
      socket.close()
      guard inherited.descriptor == 0 else { exit(2) }
      inherited.close()
      exit(!ListeningSocket.isListening(0) && open("/dev/null", O_RDONLY) != 0 ? 7 : 3)
    }
  }

  @Test func `LISTEN_FDS is for the process that LISTEN_PID names`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      close(0)
      _ = open("/dev/null", O_RDONLY)
      setenv("LISTEN_FDS", "1", 1)
      setenv("LISTEN_PID", "1", 1)
      guard try ListeningSocket.inherited() == nil else { exit(1) }
      setenv("LISTEN_PID", String(getpid()), 1)
      let socket = try ListeningSocket.open(.unix(path: temporaryPath()))
      dup2(socket.descriptor, 3)
      exit(try ListeningSocket.inherited()?.descriptor == 3 ? 7 : 2)
    }
  }
}
