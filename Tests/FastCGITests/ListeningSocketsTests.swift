import Glibc
import TestSupport
import Testing

@testable import FastCGI

struct ListeningSocketsTests {
  @Test func `a name is listened on at all of its addresses, and they are told`() throws {
    let port = try freePort()
    let sockets = try ListeningSockets.open(.tcp(host: "localhost", port: port))
    defer { sockets.close() }
    #expect(Set(sockets.all.map(\.description)) == ["127.0.0.1:\(port)", "[::1]:\(port)"])
    for socket in sockets.all { #expect(ListeningSocket.isListening(socket.descriptor)) }
  }

  @Test(arguments: ["127.0.0.1", "::1"])
  func `where one of a name's addresses is taken, nothing is opened, and that one is named`(address: String) throws {
    let port = try freePort()
    let other = try ListeningSockets.open(.tcp(host: address, port: port))
    let taken = ListenAddress.tcp(host: address, port: port)
    #expect(throws: FastCGIError.addressInUse(taken.description)) {
      try ListeningSockets.open(.tcp(host: "localhost", port: port))
    }
    other.close()
    try ListeningSockets.open(.tcp(host: "localhost", port: port)).close()
  }

  @Test func `an asterisk is every address of the machine, 0 0 0 0 those of IPv4`() throws {
    let port = try freePort()
    let all = try ListeningSockets.open(.tcp(host: "*", port: port))
    #expect(Set(all.all.map(\.description)) == ["0.0.0.0:\(port)", "[::]:\(port)"])
    all.close()
    let four = try ListeningSockets.open(.tcp(host: "0.0.0.0", port: port))
    defer { four.close() }
    #expect(four.description == "0.0.0.0:\(port)")
    #expect(throws: FastCGIError.addressInUse("127.0.0.1:\(port)")) {
      try ListeningSockets.open(.tcp(host: "localhost", port: port))
    }
  }

  @Test func `two colons are every address of both families, as the system has it`() throws {
    let port = try freePort()
    let sockets = try ListeningSockets.open(.tcp(host: "::", port: port))
    defer { sockets.close() }
    #expect(sockets.description == "[::]:\(port)")
    _ = try FastCGIClient(port: port)  // 127.0.0.1
  }

  @Test func `a name of which this machine has no address is refused`() {
    #expect(throws: FastCGIError.system("192.0.2.1:9000", errno: EADDRNOTAVAIL)) {
      try ListeningSockets.open(.tcp(host: "192.0.2.1", port: 9000))
    }
  }

  @Test func `a Unix socket is told by its path`() throws {
    let path = temporaryPath()
    let sockets = try ListeningSockets.open(.unix(path: path))
    #expect(sockets.description == "unix:\(path)")
    sockets.removeFiles()
    #expect(access(path, F_OK) != 0)
    sockets.close()
  }

  @Test func `descriptor 0 is inherited where it listens, and stays in use`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let sockets = try ListeningSockets.open(.unix(path: temporaryPath()))
      dup2(sockets.all[0].descriptor, 0)
      let inherited = try ListeningSockets.inherited()
      sockets.close()
      guard inherited.all.map(\.descriptor) == [0] else { exit(2) }
      inherited.close()
      exit(!ListeningSocket.isListening(0) && open("/dev/null", O_RDONLY) != 0 ? 7 : 3)
    }
  }

  /// Not systemd's 3, which is libdispatch's in a process that runs tests, and which that cannot be without.
  private static let first: Int32 = 100

  @Test func `all of LISTEN_FDS are for the process that LISTEN_PID names, and used up`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      close(0)
      _ = open("/dev/null", O_RDONLY)
      setenv("LISTEN_FDS", "2", 1)
      setenv("LISTEN_FDNAMES", "web:", 1)
      setenv("LISTEN_PID", "1", 1)
      guard try ListeningSockets.inherited().all.isEmpty else { exit(1) }
      let sockets = try ListeningSockets.open(.tcp(host: "localhost", port: freePort()))
      for (socket, descriptor) in zip(sockets.all, Self.first...) { dup2(socket.descriptor, descriptor) }
      for (name, value) in [("LISTEN_FDS", "2"), ("LISTEN_FDNAMES", "web:"), ("LISTEN_PID", "\(getpid())")] {
        setenv(name, value, 1)
      }
      let inherited = try ListeningSockets.inherited(first: Self.first)
      guard inherited.all.map(\.descriptor) == [Self.first, Self.first + 1] else { exit(2) }
      guard inherited.description.contains("(descriptor 100 (web) of LISTEN_FDS), ") else { exit(3) }
      exit(getenv("LISTEN_FDS") == nil && getenv("LISTEN_PID") == nil ? 7 : 4)
    }
  }

  @Test func `a socket that is both descriptor 0 and among LISTEN_FDS is one`() async {
    await #expect(processExitsWith: .exitCode(7)) {
      let socket = try ListeningSockets.open(.unix(path: temporaryPath())).all[0]
      dup2(socket.descriptor, 0)
      dup2(0, Self.first)
      setenv("LISTEN_FDS", "1", 1)
      setenv("LISTEN_PID", "\(getpid())", 1)
      exit(try ListeningSockets.inherited(first: Self.first).all.map(\.descriptor) == [0] ? 7 : 1)
    }
  }

  @Test(arguments: ["file", "datagrams", "connection", "nothing", "text"])
  func `what is no listening stream socket is refused by its name`(kind: String) async {
    await #expect(processExitsWith: .exitCode(7)) { [kind] in
      var ends: [Int32] = [0, 0]
      setenv("LISTEN_FDS", kind == "text" ? "many" : "1", 1)
      setenv("LISTEN_FDNAMES", "web", 1)
      setenv("LISTEN_PID", "\(getpid())", 1)
      let subject = kind == "text" ? "LISTEN_FDS=many" : "descriptor 100 (web) of LISTEN_FDS"
      switch kind {
      case "file": dup2(open("/dev/null", O_RDONLY), Self.first)
      case "datagrams": dup2(socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0), Self.first)
      case "connection": socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends); dup2(ends[0], Self.first)
      default: break
      }
      do { _ = try ListeningSockets.inherited(first: Self.first) } catch {
        exit(error as? FastCGIError == .notListening(subject) ? 7 : 2)
      }
      exit(1)
    }
  }
}
