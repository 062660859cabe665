internal import Glibc

/// Held by the one that makes a socket: a file beside it that nobody else can open. It goes when the socket is there.
struct SocketLock: ~Copyable {
  private let descriptor: Int32
  private let place: (directory: Int32, name: String)

  /// Waits up to a second for another process that starts.
  init(_ socket: borrowing SocketPlace) throws(FastCGIError) {
    let name = "\(socket.name).lock"
    for _ in 0..<100 {
      let descriptor = try Self.open(socket.directory, name, "\(socket.path).lock")
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0, Self.isFile(descriptor, socket.directory, name) {
        (self.descriptor, place) = (descriptor, (socket.directory, name))
        return
      }
      close(descriptor)
      usleep(10_000)
    }
    throw .system("\(socket.path).lock", errno: EWOULDBLOCK)
  }

  /// Before the directory's descriptor is closed.
  func end() {
    unlinkat(place.directory, place.name, 0)
    close(descriptor)
  }

  private static func open(_ directory: Int32, _ name: String, _ path: String) throws(FastCGIError) -> Int32 {
    let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
    let descriptor = openat(directory, name, flags, 0o600)
    guard descriptor >= 0 else { throw .system(path, errno: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_uid == geteuid(),
      status.st_mode & 0o077 == 0
    else {
      close(descriptor)
      throw .system(path, errno: EEXIST)
    }
    return descriptor
  }

  /// Whether the file has not been removed by the one that held it before.
  private static func isFile(_ descriptor: Int32, _ directory: Int32, _ name: String) -> Bool {
    var (held, now) = (stat(), stat())
    return fstat(descriptor, &held) == 0 && fstatat(directory, name, &now, AT_SYMLINK_NOFOLLOW) == 0
      && held.st_dev == now.st_dev && held.st_ino == now.st_ino
  }
}
