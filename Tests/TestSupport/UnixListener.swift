internal import Glibc

/// A listening Unix socket that a test holds itself: who connects waits for as long as nobody accepts.
public final class UnixListener {
  /// The system's number of the socket.
  public let descriptor: Int32

  /// Listens at `path`, which must not be there.
  public init(_ path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    let isBound = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
      }
    }
    guard isBound, listen(descriptor, 16) == 0 else { throw ChildProcess.Failure("\(path): \(errno)") }
  }

  deinit { close(descriptor) }

  /// Waits, thirty seconds at most, until somebody has connected.
  public func waitForClient() throws {
    var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&events, 1, 30_000) == 1 else { throw ChildProcess.Failure("nobody has connected within 30 s") }
  }
}
