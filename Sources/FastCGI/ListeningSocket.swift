internal import CLinux
internal import Glibc

/// A listening socket, not blocking: opened, or inherited from whoever started the process.
public struct ListeningSocket: Sendable {
  /// The system's number of the socket.
  public let descriptor: Int32
  /// Who has opened it, where that was not this process: `descriptor 3 (http) of LISTEN_FDS`.
  private let origin: String?
  /// What was made at the path of a Unix socket.
  private let file: UnixSocketFile?
  /// How many connections may wait to be accepted; nil where another process has opened it, who alone knows.
  public let queueLimit: Int?

  init(descriptor: Int32, origin: String? = nil, file: UnixSocketFile? = nil, queueLimit: Int? = nil) {
    (self.descriptor, self.origin, self.file, self.queueLimit) = (descriptor, origin, file, queueLimit)
  }

  /// Takes over a socket that this process was started with. Throws ``FastCGIError/notListening(_:)`` where it is none.
  init(inherited descriptor: Int32, origin: String) throws(FastCGIError) {
    guard Self.isListening(descriptor) else { throw .notListening(origin) }
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else { throw .system(origin, errno: errno) }
    if descriptor > 2 { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    enable(TCP_NODELAY, at: Int32(IPPROTO_TCP), of: descriptor)  // nothing to a Unix socket
    self.init(descriptor: descriptor, origin: origin)
  }

  /// Removes the path of a Unix socket: nobody finds the way into its queue any more.
  func removeFile() {
    file?.remove()
  }

  /// Closes the socket for this process: others that have it go on. A path is removed by the one who made it, unless
  /// another socket has taken it since. Descriptor 0 stays in use, so that nothing that is opened later becomes the
  /// standard input.
  func close() {
    removeFile()
    guard descriptor <= 2, case let nothing = openNothing(), nothing >= 0 else { return _ = Glibc.close(descriptor) }
    dup2(nothing, descriptor)
    Glibc.close(nothing)
  }

  /// Whether `descriptor` is a listening stream socket.
  static func isListening(_ descriptor: Int32) -> Bool {
    option(descriptor, SO_ACCEPTCONN) == 1 && option(descriptor, SO_TYPE) == Int32(SOCK_STREAM.rawValue)
  }

  private static func option(_ descriptor: Int32, _ name: Int32) -> Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
  }
}

extension ListeningSocket: CustomStringConvertible {
  /// Where it listens, and where it comes from.
  public var description: String { origin.map { "\(address) (\($0))" } ?? address }

  /// Where it listens, as the system knows it.
  public var address: String {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &address) {  // sockets take their addresses as another type
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(descriptor, $0, &length) == 0 ? name(of: $0, length) : "an unknown address"
      }
    }
  }
}

/// A new stream socket that does not block and is not passed to programs that are executed.
func streamSocket(_ family: Int32) throws(FastCGIError) -> Int32 {
  let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
  let descriptor = socket(family, type, 0)
  guard descriptor >= 0 else { throw .system("socket", errno: errno) }
  return descriptor
}

func enable(_ option: Int32, at level: Int32, of descriptor: Int32) {
  var yes: Int32 = 1
  setsockopt(descriptor, level, option, &yes, socklen_t(MemoryLayout<Int32>.size))
}

/// A descriptor that gives and keeps nothing; the lowest that is free, or -1.
package func openNothing() -> Int32 {
  let null = open("/dev/null", O_RDWR)
  return null >= 0 ? null : eventfd(0, 0)  // in a changed root without /dev
}

/// `unix:PATH`, `127.0.0.1:9000` or `[::1]:9000`.
func name(of address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String {
  if Int32(address.pointee.sa_family) == AF_UNIX { return "unix:\(unixPath(address, length))" }
  var host = [CChar](repeating: 0, count: Int(NI_MAXHOST))
  var port = [CChar](repeating: 0, count: 32)
  let flags = NI_NUMERICHOST | NI_NUMERICSERV
  guard getnameinfo(address, length, &host, socklen_t(host.count), &port, socklen_t(port.count), flags) == 0 else {
    return "an unknown address"
  }
  return ListenAddress.tcp(host: text(host), port: UInt16(text(port)) ?? 0).description
}

private func unixPath(_ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> String {
  let bytes = UnsafeRawBufferPointer(start: address, count: Int(length)).dropFirst(MemoryLayout<sa_family_t>.size)
  if bytes.first == 0 { return "@" + String(decoding: bytes.dropFirst(), as: UTF8.self) }  // the abstract namespace
  return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
}

private func text(_ bytes: [CChar]) -> String {
  String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
}
