internal import CLinux
internal import Glibc

/// The directory of a Unix socket, by descriptor, and the socket's name in it: a path could lead elsewhere the next moment.
struct SocketPlace: ~Copyable {
  let path: String
  let name: String
  let directory: Int32

  init(_ path: String) throws(FastCGIError) {
    let parts = Self.split(path)
    self.path = path
    name = parts.name
    directory = open(parts.directory, open_as_place | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { throw .system(parts.directory, errno: errno) }
  }

  deinit {
    close(directory)
  }

  static func split(_ path: String) -> (directory: String, name: String) {
    guard let end = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
    return (String(path[...end]), String(path[path.utf8.index(after: end)...]))
  }

  /// What is there, nil where nothing is.
  func status() throws(FastCGIError) -> stat? {
    var status = stat()
    if fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 { return status }
    guard errno == ENOENT else { throw .system(path, errno: errno) }
    return nil
  }

  /// For root only where nobody else can put something in its place.
  func give(to user: uid_t, _ group: gid_t) throws(FastCGIError) {
    guard fchownat(directory, name, user, group, AT_SYMLINK_NOFOLLOW) == 0 else { throw .system(path, errno: errno) }
  }

  func remove() -> Bool { unlinkat(directory, name, 0) == 0 }

  /// Nobody may connect any more.
  func forbid() {
    if geteuid() != 0 { fchmodat(directory, name, 0, 0) }  // follows links, as root must not
  }
}
