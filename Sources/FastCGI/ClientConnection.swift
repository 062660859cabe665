internal import EventLoop
internal import Glibc

/// A client's connection, all of whose waits end at one deadline.
struct ClientConnection: ~Copyable {
  private let address: ListenAddress
  private let limit: Duration
  private let deadline: MonotonicTime
  private let descriptor: Int32

  /// Connects to the first of the address's places that takes it.
  init(to address: ListenAddress, within limit: Duration) throws(Client.Failure) {
    (self.address, self.limit) = (address, limit)
    deadline = .now() + limit
    var reason = "no address"
    for place in try Self.places(of: address) {
      let descriptor = socket(place.family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
      guard descriptor >= 0 else { throw .unreachable(address, reason: String(cString: strerror(errno))) }
      Self.wait(until: deadline, SO_SNDTIMEO, descriptor)  // connect(2) waits as long as well: socket(7)
      if place.withPointer({ connect(descriptor, $0, $1) }) == 0 {
        self.descriptor = descriptor
        return
      }
      let error = errno
      close(descriptor)
      if error == EAGAIN || error == EINPROGRESS { throw .silent(address, limit) }
      reason = error == ECONNREFUSED ? "nobody listens there" : String(cString: strerror(error))
    }
    throw .unreachable(address, reason: reason)
  }

  deinit {
    close(descriptor)
  }

  private static func places(of address: ListenAddress) throws(Client.Failure) -> [SocketAddress] {
    do throws(FastCGIError) {
      return switch address {
      case .unix(let path): [try SocketAddress(path: path)]
      case .tcp(let host, let port): try SocketAddress.all(of: host, port, areToListen: false)
      }
    } catch {
      throw .unreachable(address, reason: "\(error)")
    }
  }

  /// Sends all of it; a peer that has gone shows when it is to answer.
  borrowing func send(_ bytes: [UInt8]) throws(Client.Failure) {
    var rest = bytes[...]
    while !rest.isEmpty {
      try wait(SO_SNDTIMEO)
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      if count < 0, errno != EINTR { return try end(errno) }
      rest = rest.dropFirst(max(0, count))
    }
  }

  /// What comes next; nothing at the end.
  borrowing func receive() throws(Client.Failure) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 16 << 10)
    while true {
      try wait(SO_RCVTIMEO)
      let count = bytes.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress, $0.count, 0) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { try end(errno) }
      return Array(bytes.prefix(max(0, count)))
    }
  }

  private borrowing func end(_ error: Int32) throws(Client.Failure) {
    if error == EAGAIN { throw .silent(address, limit) }
  }

  /// Has the next call that waits do so until the deadline.
  private borrowing func wait(_ option: Int32) throws(Client.Failure) {
    guard MonotonicTime.now() < deadline else { throw .silent(address, limit) }
    Self.wait(until: deadline, option, descriptor)
  }

  private static func wait(until deadline: MonotonicTime, _ option: Int32, _ descriptor: Int32) {
    let left = max(1, (deadline - .now()).nanoseconds / 1000)  // zero would be for ever
    var time = timeval(tv_sec: Int(left / 1_000_000), tv_usec: Int(left % 1_000_000))
    setsockopt(descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
  }
}
