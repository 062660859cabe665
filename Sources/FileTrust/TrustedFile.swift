internal import Glibc

/// What was read of a file that nobody but trusted users can have changed.
public struct TrustedFile: Sendable {
  /// All of it.
  public let bytes: [UInt8]
  /// Whether every user of the system may read the file.
  public let isPublic: Bool

  init(_ descriptor: Int32, limit: Int) throws(PathError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(errno: errno) }
    isPublic = status.st_mode & S_IROTH != 0
    bytes = try Self.read(descriptor, limit: limit)
  }

  private static func read(_ descriptor: Int32, limit: Int) throws(PathError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: limit + 1)
    var end = 0
    while end < bytes.count {
      let count = bytes[end...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw .system(errno: errno) }
      if count == 0 { break }
      end += count
    }
    guard end <= limit else { throw .tooLong(limit) }
    return Array(bytes[..<end])
  }
}
