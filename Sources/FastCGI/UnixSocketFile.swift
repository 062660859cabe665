internal import CLinux
internal import Glibc

/// The file of a Unix socket, as it was when this process made it.
struct UnixSocketFile: Sendable {
  private let path: String
  private let device: dev_t
  private let inode: ino_t

  /// Makes the socket and listens, unless a live process does.
  ///
  /// The directory is locked meanwhile: of two processes that start together, the second sees the first one alive.
  static func listen(
    _ path: String, mode: mode_t, owner: (user: uid_t, group: gid_t)?, backlog: Int32
  ) throws(FastCGIError) -> (Int32, UnixSocketFile) {
    let lock = try lockDirectory(of: path)
    defer { close(lock) }
    try clear(path)
    let descriptor = try streamSocket(AF_UNIX)
    do throws(FastCGIError) {
      try bind(descriptor, path)
      try prepare(path, mode, owner)
      guard Glibc.listen(descriptor, backlog) == 0 else { throw .system(path, errno: errno) }
      return (descriptor, try UnixSocketFile(path))
    } catch {
      close(descriptor)
      throw error
    }
  }

  /// Removes the file if it is still the one that was made.
  func remove() {
    let lock = try? UnixSocketFile.lockDirectory(of: path)
    defer { if let lock { close(lock) } }
    guard let now = try? UnixSocketFile(path), now.device == device, now.inode == inode else { return }
    unlink(path)
  }

  private init(_ path: String) throws(FastCGIError) {
    var info = stat()
    guard lstat(path, &info) == 0 else { throw .system(path, errno: errno) }
    self.path = path
    device = info.st_dev
    inode = info.st_ino
  }

  /// Removes what a dead process has left; anything else stays and is an error.
  private static func clear(_ path: String) throws(FastCGIError) {
    var info = stat()
    guard lstat(path, &info) == 0 else {
      if errno == ENOENT { return }
      throw .system(path, errno: errno)
    }
    guard info.st_mode & S_IFMT == S_IFSOCK else { throw .notASocket(path) }
    let descriptor = try streamSocket(AF_UNIX)
    defer { close(descriptor) }
    let error = try withAddress(path) { connect(descriptor, $0, $1) == 0 ? 0 : errno }
    switch error {
    case ECONNREFUSED: break
    case 0, EAGAIN, EPROTOTYPE: throw .addressInUse(path)  // EAGAIN: alive, and its queue is full
    default: throw .system(path, errno: error)
    }
    guard unlink(path) == 0 else { throw .system(path, errno: errno) }
  }

  private static func bind(_ descriptor: Int32, _ path: String) throws(FastCGIError) {
    let error = try withAddress(path) { Glibc.bind(descriptor, $0, $1) == 0 ? 0 : errno }
    guard error == 0 else { throw .system(path, errno: error) }
  }

  /// Before `listen`, so nobody has connected yet.
  private static func prepare(
    _ path: String, _ mode: mode_t, _ owner: (user: uid_t, group: gid_t)?
  ) throws(FastCGIError) {
    guard chmod(path, mode) == 0 else { throw .system(path, errno: errno) }
    if let owner, chown(path, owner.user, owner.group) != 0 { throw .system(path, errno: errno) }
  }

  /// The lock ends when the descriptor is closed. Waits up to a second for another process that starts.
  private static func lockDirectory(of path: String) throws(FastCGIError) -> Int32 {
    let parts = path.lastIndex(of: "/").map { path[...$0] } ?? "."
    let directory = Glibc.open(String(parts), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw .system(String(parts), errno: errno) }
    for _ in 0..<100 {
      if flock(directory, LOCK_EX | LOCK_NB) == 0 { return directory }
      usleep(10_000)
    }
    close(directory)
    throw .system(String(parts), errno: EWOULDBLOCK)
  }

  private static func withAddress<Result>(
    _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) throws(FastCGIError) -> Result {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .pathTooLong(path) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_un>.size)) }
    }
  }
}
