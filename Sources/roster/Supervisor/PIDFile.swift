internal import Glibc

/// The file that has the number of this process while it serves.
struct PIDFile {
  private let path: String
  private let device: dev_t
  private let inode: ino_t

  /// It cannot be made.
  struct Failure: Error, CustomStringConvertible {
    let path: String
    let errno: Int32
    var description: String { "\(path): the pid file cannot be made: \(String(cString: strerror(errno)))" }
  }

  /// Makes it, in the place of one that a process left which has ended; it is there as a whole, or not at all. At the end of the
  /// process it is removed.
  static func make(_ path: String) throws(Failure) {
    let new = "\(path).\(getpid())"
    unlink(new)
    let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure(path: path, errno: errno) }
    defer { close(descriptor) }
    let line = Array("\(getpid())\n".utf8)
    var status = stat()
    guard write(descriptor, line, line.count) == line.count, fstat(descriptor, &status) == 0, rename(new, path) == 0
    else {
      defer { unlink(new) }
      throw Failure(path: path, errno: errno)
    }
    made = PIDFile(path: path, device: status.st_dev, inode: status.st_ino)
    atexit { PIDFile.made?.remove() }
  }

  /// Unsafe: written once at the start, before there is a second thread, and read at the end.
  private nonisolated(unsafe) static var made: PIDFile?

  /// Unless another process has put its own there.
  private func remove() {
    var status = stat()
    if lstat(path, &status) == 0, status.st_dev == device, status.st_ino == inode { unlink(path) }
  }
}
