internal import CLinux
internal import EventLoop
internal import Glibc

/// Accepts the connections of one listening socket.
@LoopActor final class Acceptor: EventHandler {
  private let socket: ListeningSocket
  private unowned let server: Server
  private var isWatching = false

  /// What trying to accept has come to.
  enum Outcome {
    case connection(Int32, sockaddr_storage)
    case none
    /// There are too few descriptors, or too little memory; the socket stays readable.
    case failure(errno: Int32)
  }

  init(_ socket: ListeningSocket, _ server: Server) {
    (self.socket, self.server) = (socket, server)
  }

  func watch() throws(LoopError) {
    guard !isWatching else { return }
    try EventLoop.main.watch(socket.descriptor, for: [.readable, .exclusive], self)
    isWatching = true
  }

  func ignore() {
    if isWatching { EventLoop.main.ignore(socket.descriptor) }
    isWatching = false
  }

  /// Accepts one connection: the next is another process's, where several share the socket.
  func ready(_ readiness: Readiness) {
    if server.hasPlace() { _ = server.take(accept()) }
  }

  func accept() -> Outcome {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let descriptor = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        accept4(socket.descriptor, $0, &length, Int32(SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue))
      }
    }
    if descriptor >= 0 { return .connection(descriptor, address) }
    return [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) ? .failure(errno: errno) : .none
  }
}
