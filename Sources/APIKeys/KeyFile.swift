internal import Glibc

/// A key file on the disk.
public struct KeyFile: Sendable {
  /// Where it is.
  public let path: String

  /// About a thousand keys: every request is compared with all of them.
  private static let limit = 128 << 10

  /// The file at `path`, not read yet.
  public init(path: String) {
    self.path = path
  }

  /// Reads the file; `warn` is told what is not as it should be.
  ///
  /// As sshd treats authorized_keys (StrictModes in sshd_config(5)): it is refused where others than root and the user of
  /// this process may write, for they could give themselves a key. That others may read it is only warned about: no key
  /// can be had from its hash.
  public func read(warn: (String) -> Void) throws(KeyFileError) -> KeyRing {
    let text = try contents(warn)
    do {
      return try KeyRing(text: text)
    } catch {
      throw KeyFileError(flaws: error.flaws.map { "\(path):\($0)" })
    }
  }

  private func contents(_ warn: (String) -> Void) throws(KeyFileError) -> String {
    // Non-blocking, because opening a pipe would wait for its writer.
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw failure(errno) }
    defer { close(descriptor) }
    try check(descriptor, warn)
    var bytes = [UInt8](repeating: 0, count: Self.limit + 1)
    var end = 0
    while end < bytes.count {
      let count = bytes[end...].withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw failure(errno) }
      if count == 0 { break }
      end += count
    }
    guard end <= Self.limit else { throw flaw("it has more than \(Self.limit) bytes; a thousand keys have fewer") }
    return String(decoding: bytes[..<end], as: UTF8.self)
  }

  private func check(_ descriptor: Int32, _ warn: (String) -> Void) throws(KeyFileError) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failure(errno) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw flaw("it is no file") }
    guard status.st_uid == 0 || status.st_uid == geteuid() else {
      throw flaw("it belongs to another user, who could give himself a key: chown root it")
    }
    guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
      throw flaw("others than its owner may write, and could give themselves a key: chmod go-w it")
    }
    if status.st_mode & S_IROTH != 0 { warn("\(path): every user of this system may read it: chmod o-rwx it") }
  }

  private func failure(_ error: Int32) -> KeyFileError {
    let hint = error == EACCES ? "; the user that the service runs as must be able to read it" : ""
    return flaw(String(cString: strerror(error)) + hint)
  }

  private func flaw(_ text: String) -> KeyFileError {
    KeyFileError(flaws: ["\(path): \(text)"])
  }
}

/// A key file that cannot be used.
public struct KeyFileError: Error, CustomStringConvertible {
  /// What is wrong and what to do, with the file and the line where there is one.
  public let flaws: [String]

  /// At most ten flaws, a line each.
  public var description: String {
    (flaws.prefix(10) + (flaws.count > 10 ? ["and \(flaws.count - 10) more"] : [])).joined(separator: "\n")
  }
}
