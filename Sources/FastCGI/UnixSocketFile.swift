internal import CLinux
internal import FileTrust
internal import Glibc

/// The file of a Unix socket, as it was when this process made it.
struct UnixSocketFile: Sendable {
  private let path: String
  private let device: dev_t
  private let inode: ino_t

  /// Makes the socket and listens, unless a live process does.
  ///
  /// Two that start together wait for each other: the second sees the first one alive.
  static func listen(
    _ path: String, mode: mode_t, owner: (user: uid_t, group: gid_t)?, backlog: Int32
  ) throws(FastCGIError) -> (Int32, UnixSocketFile) {
    if owner != nil, geteuid() == 0, let reason = hazardForRoot(path) {
      throw .hazardousForRoot(path, reason: reason)
    }
    let place = try SocketPlace(path)
    let lock = try SocketLock(place)
    defer { lock.end() }
    try clear(place)
    let descriptor = try streamSocket(AF_UNIX)
    do throws(FastCGIError) {
      try bind(descriptor, path, mode)
      // Before `listen`, so nobody has connected yet.
      if let owner { try place.give(to: owner.user, owner.group) }
      guard Glibc.listen(descriptor, backlog) == 0 else { throw .system(path, errno: errno) }
      return (descriptor, try UnixSocketFile(place))
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Why root makes no socket at `path` for somebody else, or nil: others could put a file of root's in its place before it
  /// is given away.
  static func hazardForRoot(_ path: String) -> String? {
    TrustedUsers().flaw(ofDirectory: SocketPlace.split(path).directory).map(String.init(describing:))
  }

  /// Removes the file if it is still the one that was made.
  ///
  /// Where root made it in a directory of its own and is no longer root, the file stays, and nobody may connect any more.
  func remove() {
    guard let place = try? SocketPlace(path), let now = try? place.status(), now.st_dev == device, now.st_ino == inode
    else { return }
    if !place.remove(), errno == EACCES || errno == EPERM { place.forbid() }
  }

  private init(_ place: borrowing SocketPlace) throws(FastCGIError) {
    guard let status = try place.status() else { throw .system(place.path, errno: ENOENT) }
    (path, device, inode) = (place.path, status.st_dev, status.st_ino)
  }

  /// Removes what a dead process has left; anything else stays and is an error.
  private static func clear(_ place: borrowing SocketPlace) throws(FastCGIError) {
    guard let status = try place.status() else { return }
    guard status.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(place.path) }
    // Its maker forbids everybody to connect when it ends and cannot remove it.
    if status.st_mode & 0o777 != 0 { try checkIsDead(place.path) }
    guard place.remove() else { throw .system(place.path, errno: errno) }
  }

  private static func checkIsDead(_ path: String) throws(FastCGIError) {
    let descriptor = try streamSocket(AF_UNIX)
    defer { close(descriptor) }
    let error = try SocketAddress(path: path).withPointer { connect(descriptor, $0, $1) == 0 ? 0 : errno }
    switch error {
    case ECONNREFUSED: return
    case 0, EAGAIN, EPROTOTYPE: throw .addressInUse(path)  // EAGAIN: alive, and its queue is full
    default: throw .system(path, errno: error)
    }
  }

  /// The file has its mode from the moment it exists: that of the socket, less the umask (unix_bind in Linux).
  private static func bind(_ descriptor: Int32, _ path: String, _ mode: mode_t) throws(FastCGIError) {
    guard fchmod(descriptor, mode) == 0 else { throw .system(path, errno: errno) }
    let usual = umask(0)
    defer { umask(usual) }
    let error = try SocketAddress(path: path).withPointer { Glibc.bind(descriptor, $0, $1) == 0 ? 0 : errno }
    guard error == 0 else { throw .system(path, errno: error) }
  }
}
