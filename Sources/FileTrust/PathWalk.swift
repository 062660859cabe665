internal import CLinux
internal import Glibc

/// Follows a path a name at a time, as the kernel does (path_resolution(7)), and looks at whom each step belongs to.
///
/// It holds a descriptor of where it is, so what it has looked at cannot be exchanged behind it.
struct PathWalk: ~Copyable {
  private let users: TrustedUsers
  private var directory: Int32
  /// The path of `directory`, without links.
  private var names: [String] = []
  /// As many as the kernel follows.
  private var linksLeft = 40

  /// At /.
  init(_ users: TrustedUsers) throws(PathError) {
    self.users = users
    directory = Glibc.open("/", Self.place | O_DIRECTORY)
    guard directory >= 0 else { throw .system(errno: errno) }
    try users.check(try Self.status(of: directory), "/")
  }

  deinit {
    close(directory)
  }

  /// Goes to the directory at `path`; a relative path begins at the process's.
  mutating func enter(_ path: String) throws(PathError) {
    try follow(try absolute(path))
  }

  /// Opens the file at `path` for reading.
  mutating func open(_ path: String) throws(PathError) -> Int32 {
    var path = try absolute(path)
    while true {
      let end = path.utf8.lastIndex(of: UInt8(ascii: "/"))
      let name = end.map { String(path[path.utf8.index(after: $0)...]) } ?? path
      if let end { try follow(String(path[...end])) }
      var status = stat()
      guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw .system(errno: errno) }
      guard status.st_mode & S_IFMT == S_IFLNK else { return try openFile(name) }
      path = try target(name, status)
    }
  }

  // MARK: Steps

  private static var place: Int32 { open_as_place | O_NOFOLLOW | O_CLOEXEC }

  /// From / on where the path begins there, else from here.
  private mutating func follow(_ path: String) throws(PathError) {
    if path.utf8.first == UInt8(ascii: "/") { try replace(with: Glibc.open("/", Self.place | O_DIRECTORY), []) }
    for name in path.utf8.split(separator: UInt8(ascii: "/")).compactMap({ String($0) }) where name != "." {
      try step(name)
    }
  }

  private mutating func step(_ name: String) throws(PathError) {
    var status = stat()
    guard fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw .system(errno: errno) }
    if status.st_mode & S_IFMT == S_IFLNK { return try follow(try target(name, status)) }
    try replace(
      with: openat(directory, name, Self.place | O_DIRECTORY), name == ".." ? names.dropLast() : names + [name])
    try users.check(try Self.status(of: directory), "/" + names.joined(separator: "/"))
  }

  private mutating func replace(with descriptor: Int32, _ names: [String]) throws(PathError) {
    guard descriptor >= 0 else { throw .system(errno: errno) }
    close(directory)
    (directory, self.names) = (descriptor, names)
  }

  /// Where a link leads. A link that somebody else has made leads where he wants.
  private mutating func target(_ name: String, _ status: stat) throws(PathError) -> String {
    try users.check(status, path(of: name))
    guard linksLeft > 0 else { throw .system(errno: ELOOP) }
    linksLeft -= 1
    var text = [CChar](repeating: 0, count: Int(PATH_MAX))
    let count = readlinkat(directory, name, &text, text.count)
    guard count > 0 else { throw .system(errno: count == 0 ? ENOENT : errno) }
    return String(decoding: text[..<count].map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Not blocking, because opening a pipe would wait for its writer.
  private func openFile(_ name: String) throws(PathError) -> Int32 {
    let descriptor = openat(directory, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(errno: errno) }
    do throws(PathError) {
      try check(file: descriptor, path(of: name))
      return descriptor
    } catch {
      close(descriptor)
      throw error
    }
  }

  private func check(file: Int32, _ path: String) throws(PathError) {
    let status = try Self.status(of: file)
    guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
    try users.check(status, path)
  }

  private func path(of name: String) -> String { "/" + (names + [name]).joined(separator: "/") }

  private func absolute(_ path: String) throws(PathError) -> String {
    if path.utf8.first == UInt8(ascii: "/") { return path }
    guard let current = getcwd(nil, 0) else { throw .system(errno: errno) }
    defer { free(current) }
    return String(cString: current) + "/" + path
  }

  private static func status(of descriptor: Int32) throws(PathError) -> stat {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(errno: errno) }
    return status
  }
}
