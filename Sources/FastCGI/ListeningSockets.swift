public import Glibc

/// Every socket that a process listens on.
public struct ListeningSockets: Sendable, CustomStringConvertible {
  /// In the order in which they were opened or given.
  public let all: [ListeningSocket]

  /// Opens and listens; may wait for the system (a name, a lock): call it at start-up.
  ///
  /// A Unix socket's path that a live process listens on is refused; what a dead one has left is replaced. `mode` and
  /// `owner` (nil: the process's own) of a Unix socket are set before anybody can connect. A name is listened on at all of
  /// its addresses that this machine has, `*` at all of the machine's. `backlog` is bounded by net.core.somaxconn; a full
  /// queue of a Unix socket is an error at the web server at once. Throws `FastCGIError`.
  public static func open(
    _ address: ListenAddress, mode: mode_t = 0o660, owner: (user: uid_t, group: gid_t)? = nil, backlog: Int32 = 4096
  ) throws(FastCGIError) -> ListeningSockets {
    let limit = queueLimit(backlog)
    switch address {
    case .unix(let path):
      let (descriptor, file) = try UnixSocketFile.listen(path, mode: mode, owner: owner, backlog: backlog)
      return ListeningSockets(all: [ListeningSocket(descriptor: descriptor, file: file, queueLimit: limit)])
    case .tcp(let host, let port):
      return ListeningSockets(
        all: try TCPListener.listen(host, port, backlog).map { ListeningSocket(descriptor: $0, queueLimit: limit) })
    }
  }

  /// What the system makes of it (listen(2)).
  private static func queueLimit(_ backlog: Int32) -> Int {
    let most = ProcFile.text("sys/net/core/somaxconn").flatMap { Int($0.prefix { $0 != "\n" }) }
    return min(Int(backlog), most ?? Int(backlog))
  }

  /// The sockets that the process was started with: descriptor 0 if it listens (FastCGI specification, section 2.2), and
  /// those of systemd's LISTEN_FDS (sd_listen_fds(3)), whose variables are used up. Throws
  /// ``FastCGIError/notListening(_:)`` where one of the latter is none: it would accept and never answer.
  public static func inherited() throws(FastCGIError) -> ListeningSockets { try inherited(first: 3) }

  /// As if those of LISTEN_FDS were from `first` on: the tests leave libdispatch its own.
  static func inherited(first: Int32) throws(FastCGIError) -> ListeningSockets {
    var all: [ListeningSocket] = []
    if ListeningSocket.isListening(0) { all.append(try ListeningSocket(inherited: 0, origin: "descriptor 0")) }
    for (descriptor, origin) in try passedBySystemd(first)
    where !all.contains(where: { isSame($0.descriptor, descriptor) }) {
      all.append(try ListeningSocket(inherited: descriptor, origin: origin))
    }
    return ListeningSockets(all: all)
  }

  /// Those that the process's own supervisor has passed on.
  public static func inherited(_ descriptors: [Int32]) throws(FastCGIError) -> ListeningSockets {
    var all: [ListeningSocket] = []
    for descriptor in descriptors {
      all.append(try ListeningSocket(inherited: descriptor, origin: "descriptor \(descriptor)"))
    }
    return ListeningSockets(all: all)
  }

  /// Both.
  public static func + (one: ListeningSockets, other: ListeningSockets) -> ListeningSockets {
    ListeningSockets(all: one.all + other.all)
  }

  /// Removes the paths of Unix sockets that this process has made.
  public func removeFiles() {
    for socket in all { socket.removeFile() }
  }

  /// Closes them for this process, and removes the paths that it has made.
  public func close() {
    for socket in all { socket.close() }
  }

  /// Where they listen, separated by commas.
  public var description: String { all.map(\.description).joined(separator: ", ") }

  // MARK: LISTEN_FDS

  private static func passedBySystemd(_ first: Int32) throws(FastCGIError) -> [(descriptor: Int32, origin: String)] {
    defer { for name in ["LISTEN_FDS", "LISTEN_PID", "LISTEN_FDNAMES"] { unsetenv(name) } }
    guard variable("LISTEN_PID").flatMap({ pid_t($0) }) == getpid(), let text = variable("LISTEN_FDS") else {
      return []
    }
    guard let count = Int32(text), (0...1024).contains(count) else { throw .notListening("LISTEN_FDS=\(text)") }
    let names = (variable("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
    return (0..<count).map { index in
      let name = Int(index) < names.count && !names[Int(index)].isEmpty ? " (\(names[Int(index)]))" : ""
      return (first + index, "descriptor \(first + index)\(name) of LISTEN_FDS")
    }
  }

  private static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

  /// systemd passes a socket that is the standard input as descriptor 3 too.
  private static func isSame(_ one: Int32, _ other: Int32) -> Bool {
    var (first, second) = (stat(), stat())
    guard fstat(one, &first) == 0, fstat(other, &second) == 0 else { return false }
    return first.st_dev == second.st_dev && first.st_ino == second.st_ino
  }
}
