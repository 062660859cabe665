internal import Glibc

/// What the system tells of itself and of this process in the files of proc(5).
package enum ProcFile {
  /// The text of a file, such as `self/statm`, as it is now; nil where it cannot be read, as in a root without `/proc`.
  package static func text(_ path: String) -> String? {
    let file = Glibc.open("/proc/\(path)", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var (bytes, buffer): ([UInt8], [UInt8]) = ([], Array(repeating: 0, count: 16 << 10))
    while case let count = read(file, &buffer, buffer.count), count > 0 { bytes += buffer.prefix(count) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
