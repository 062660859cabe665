public import Glibc

/// The users whose word a process takes: root, and those that it names.
///
/// A file says only what they want where nobody else can write it, rename it, or put another in its place; so every directory
/// on the way to it counts, up to /, and every link. sshd(8) treats authorized_keys so (StrictModes in sshd_config(5)).
public struct TrustedUsers: Sendable {
  private let users: Set<uid_t>

  /// Root, and these.
  public init(_ users: uid_t...) {
    self.users = Set(users + [0])
  }

  /// What is wrong with a directory in which nobody else is to change anything, nil where all is well.
  public func flaw(ofDirectory path: String) -> PathError? {
    do throws(PathError) {
      var walk = try PathWalk(self)
      try walk.enter(path)
      return nil
    } catch {
      return error
    }
  }

  /// Reads a file that nobody else can have changed, of at most `limit` bytes.
  ///
  /// What is looked at is what is read: by descriptor, from / on.
  public func read(_ path: String, limit: Int) throws(PathError) -> TrustedFile {
    var walk = try PathWalk(self)
    let descriptor = try walk.open(path)
    defer { close(descriptor) }
    return try TrustedFile(descriptor, limit: limit)
  }

  /// Whether nobody else can change what has this status.
  func check(_ status: stat, _ path: String) throws(PathError) {
    guard users.contains(status.st_uid) else { throw .owner(path, status.st_uid) }
    // A link's mode means nothing. In a sticky directory nobody renames or removes what is another's (unlink(2)).
    let kind = status.st_mode & S_IFMT
    guard kind != S_IFLNK, !(kind == S_IFDIR && status.st_mode & S_ISVTX != 0) else { return }
    guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else { throw .writable(path, status.st_mode & 0o7777) }
  }
}

/// Why a path is not used.
public enum PathError: Error, Hashable, Sendable, CustomStringConvertible {
  /// This, on the way, belongs to somebody else.
  case owner(String, uid_t)
  /// This, on the way, has a mode with which others may write.
  case writable(String, mode_t)
  /// It leads to a directory, a pipe or a device.
  case notAFile
  /// It has more bytes than this.
  case tooLong(Int)
  /// The system refused it.
  case system(errno: Int32)

  /// What is wrong, where, and what mends it.
  public var description: String {
    switch self {
    case .owner(let path, let user):
      "\(path) belongs to \(name(of: user)), who could change it: chown -h root \(path)"
    case .writable(let path, let mode):
      "others than its owner may write in \(path) (mode 0\(String(mode, radix: 8))): chmod go-w \(path)"
    case .notAFile: "it is no file"
    case .tooLong(let limit): "it has more than \(limit) bytes"
    case .system(let errno): String(cString: strerror(errno))
    }
  }
}

private func name(of user: uid_t) -> String {
  getpwuid(user).map { "user \(String(cString: $0.pointee.pw_name))" } ?? "user \(user)"
}
