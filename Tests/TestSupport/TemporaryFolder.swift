import Glibc

/// A new folder under /tmp, or elsewhere, that every user may enter.
public func makeTemporaryFolder(in parent: String = "/tmp") throws -> String {
  var path = Array("\(parent)/roster-XXXXXX".utf8CString)
  guard mkdtemp(&path) != nil else { throw ChildProcess.Failure("mkdtemp: \(errno)") }
  chmod(path, 0o755)
  return String(decoding: path.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
}

/// All of a file as text; empty where it does not exist.
public func contents(of path: String) -> String {
  guard let file = fopen(path, "r") else { return "" }
  defer { fclose(file) }
  var bytes: [UInt8] = []
  while case let byte = getc(file), byte != EOF { bytes.append(UInt8(truncatingIfNeeded: byte)) }
  return String(decoding: bytes, as: UTF8.self)
}

extension String {
  /// Makes it the content of a file.
  package func write(toFile path: String) throws {
    guard let file = fopen(path, "w") else { throw ChildProcess.Failure("\(path): \(errno)") }
    defer { fclose(file) }
    guard fputs(self, file) >= 0 else { throw ChildProcess.Failure("\(path): \(errno)") }
  }
}
