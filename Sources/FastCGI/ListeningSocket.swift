public import Glibc

/// A listening socket, not blocking: opened, or inherited from whoever started the process.
///
/// ``open(_:mode:owner:backlog:)`` may wait for the system (a name, a lock): call it at start-up.
public struct ListeningSocket: Sendable {
  /// The system's number of the socket; a supervisor passes it to its workers as descriptor 0.
  public let descriptor: Int32
  /// What was made at the path of a Unix socket.
  private let file: UnixSocketFile?

  init(descriptor: Int32, file: UnixSocketFile? = nil) {
    self.descriptor = descriptor
    self.file = file
  }

  /// Opens a socket and listens.
  ///
  /// A Unix socket's path that a live process listens on is refused; what a dead one has left is replaced. `mode` and
  /// `owner` (nil: the process's own) of a Unix socket are set before anybody can connect. `backlog` is bounded by
  /// net.core.somaxconn; a full queue of a Unix socket is an error at the web server at once. Throws `FastCGIError`.
  public static func open(
    _ address: ListenAddress, mode: mode_t = 0o660, owner: (user: uid_t, group: gid_t)? = nil, backlog: Int32 = 4096
  ) throws(FastCGIError) -> ListeningSocket {
    switch address {
    case .unix(let path):
      let (descriptor, file) = try UnixSocketFile.listen(path, mode: mode, owner: owner, backlog: backlog)
      return ListeningSocket(descriptor: descriptor, file: file)
    case .tcp(let host, let port):
      return ListeningSocket(descriptor: try listenOnTCP(host, port, backlog))
    }
  }

  /// The socket that the process was started with: descriptor 0 if it listens (FastCGI specification, section 2.2), else
  /// the first of systemd's LISTEN_FDS (sd_listen_fds(3)), else nil. Throws ``FastCGIError/notListening(descriptor:)``
  /// where LISTEN_FDS is wrong.
  public static func inherited() throws(FastCGIError) -> ListeningSocket? {
    if isListening(0) { return try adopt(0) }
    guard number("LISTEN_PID") == getpid(), let count = number("LISTEN_FDS"), count > 0 else { return nil }
    guard isListening(3) else { throw .notListening(descriptor: 3) }
    _ = fcntl(3, F_SETFD, FD_CLOEXEC)
    return try adopt(3)
  }

  /// Removes the path of a Unix socket: nobody finds the way into its queue any more.
  public func removeFile() {
    file?.remove()
  }

  /// Closes the socket for this process: others that have it go on. A path is removed by the one who made it, unless
  /// another socket has taken it since. Descriptor 0 stays in use, so that nothing that is opened later becomes the
  /// standard input.
  public func close() {
    removeFile()
    let nothing = descriptor == 0 ? Glibc.open("/dev/null", O_RDONLY) : -1
    if nothing >= 0 { dup2(nothing, descriptor) }
    Glibc.close(nothing >= 0 ? nothing : descriptor)
  }

  /// Whether `descriptor` is a listening stream socket.
  static func isListening(_ descriptor: Int32) -> Bool {
    option(descriptor, SO_ACCEPTCONN) == 1 && option(descriptor, SO_TYPE) == Int32(SOCK_STREAM.rawValue)
  }

  private static func adopt(_ descriptor: Int32) throws(FastCGIError) -> ListeningSocket {
    let flags = fcntl(descriptor, F_GETFL)
    guard flags >= 0, fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0 else {
      throw .system("descriptor \(descriptor)", errno: errno)
    }
    return ListeningSocket(descriptor: descriptor)
  }

  private static func option(_ descriptor: Int32, _ name: Int32) -> Int32? {
    var value: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &length) == 0 ? value : nil
  }

  private static func number(_ variable: String) -> Int32? {
    getenv(variable).flatMap { Int32(String(cString: $0)) }
  }
}

/// A new stream socket that does not block and is not passed to programs that are executed.
func streamSocket(_ family: Int32) throws(FastCGIError) -> Int32 {
  let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
  let descriptor = socket(family, type, 0)
  guard descriptor >= 0 else { throw .system("socket", errno: errno) }
  return descriptor
}

/// Listens on the first of the host's addresses that can be bound.
private func listenOnTCP(_ host: String, _ port: UInt16, _ backlog: Int32) throws(FastCGIError) -> Int32 {
  var hints = addrinfo()
  hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
  hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
  var list: UnsafeMutablePointer<addrinfo>?
  let result = getaddrinfo(host, String(port), &hints, &list)
  guard result == 0 else { throw .unknownHost(host, reason: String(cString: gai_strerror(result))) }
  defer { freeaddrinfo(list) }
  var failure = EADDRNOTAVAIL
  var next = list
  while let info = next?.pointee {
    let descriptor = try streamSocket(info.ai_family)
    var yes: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))  // inherited
    if bind(descriptor, info.ai_addr, info.ai_addrlen) == 0, listen(descriptor, backlog) == 0 { return descriptor }
    failure = errno
    close(descriptor)
    next = info.ai_next
  }
  if failure == EADDRINUSE { throw .addressInUse("\(host):\(port)") }
  throw .system("\(host):\(port)", errno: failure)
}
