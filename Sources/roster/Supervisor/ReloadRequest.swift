internal import EventLoop
internal import Glibc

/// The asker's end of a ``ControlSocket``; it waits in the system, not in a loop.
struct ReloadRequest: ~Copyable {
  /// Why it is not known what came of it.
  enum Failure: Error, Equatable, CustomStringConvertible {
    case noFile(String, errno: Int32)
    case noNumber(String)
    case noProcess(pid_t)
    case notOurs(pid_t)
    case otherUsers(pid_t)
    case ended(pid_t)
    case silent(pid_t, Duration)
    case system(errno: Int32)

    var description: String {
      switch self {
      case .noFile(let path, let errno): "\(path): \(String(cString: strerror(errno)))"
      case .noNumber(let path): "\(path) has no number of a process"
      case .noProcess(let process): "there is no process \(process)"
      case .notOurs(let process): "process \(process) is none of roster serve that can be asked from here"
      case .otherUsers(let process): "process \(process) is another user's"
      case .ended(let process): "process \(process) has ended before it told"
      case .silent(let process, let limit): "process \(process) has not told within \(limit): its log will"
      case .system(let errno): String(cString: strerror(errno))
      }
    }
  }

  private let process: pid_t
  private let limit: Duration
  private let deadline: MonotonicTime
  private let socket: Int32

  /// Asks the process to reload.
  init(to process: pid_t, within limit: Duration) throws(Failure) {
    (self.process, self.limit, deadline) = (process, limit, .now() + limit)
    socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { throw .system(errno: errno) }
    try connect()
  }

  deinit {
    close(socket)
  }

  private borrowing func connect() throws(Failure) {
    let name = ControlSocket.name(of: process)
    try wait(SO_SNDTIMEO)  // connect(2) waits as long as well: socket(7)
    if LocalAddress(name)?.withPointer({ [socket] in Glibc.connect(socket, $0, $1) }) != 0 {
      if errno == EAGAIN { throw .silent(process, limit) }
      if errno != ECONNREFUSED { throw .system(errno: errno) }
      let isThere = kill(process, 0) == 0 || errno != ESRCH
      throw isThere ? .notOurs(process) : .noProcess(process)
    }
    // Anybody may have taken the name.
    guard let peer = Peer(of: socket), peer.process == process else { throw .notOurs(process) }
    guard geteuid() == 0 || peer.user == geteuid() else { throw .otherUsers(process) }
  }

  /// Waits for what comes of it.
  borrowing func outcome() throws(Failure) -> ReloadOutcome {
    var told: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 4096)
    while true {
      try wait(SO_RCVTIMEO)
      let count = recv(socket, &bytes, bytes.count, 0)
      if count < 0, errno == EAGAIN { throw .silent(process, limit) }
      if count < 0, errno == EINTR { continue }
      told += bytes.prefix(max(0, count))
      if count > 0 { continue }
      guard let outcome = ReloadOutcome(told) else { throw .ended(process) }
      return outcome
    }
  }

  /// Has the next call that waits do so until the deadline.
  private borrowing func wait(_ option: Int32) throws(Failure) {
    let left = (deadline - .now()).nanoseconds / 1000
    guard left > 0 else { throw .silent(process, limit) }  // zero would be for ever
    var time = timeval(tv_sec: Int(left / 1_000_000), tv_usec: Int(left % 1_000_000))
    setsockopt(socket, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
  }
}
