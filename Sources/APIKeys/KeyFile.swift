internal import FileTrust
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
  /// It is refused where others than root and the user of this process may write, in it or in a directory on the way to
  /// it, for they could give themselves a key. That others may read it is only warned about: no key can be had from its
  /// hash.
  public func read(warn: (String) -> Void) throws(KeyFileError) -> KeyRing {
    let text = try contents(warn)
    do {
      return try KeyRing(text: text)
    } catch {
      throw KeyFileError(flaws: error.flaws.map { "\(path):\($0)" })
    }
  }

  private func contents(_ warn: (String) -> Void) throws(KeyFileError) -> String {
    do {
      let file = try TrustedUsers(geteuid()).read(path, limit: Self.limit)
      if file.isPublic { warn("\(path): every user of this system may read it: chmod o-rwx \(path)") }
      return String(decoding: file.bytes, as: UTF8.self)
    } catch {
      let hint = error == .system(errno: EACCES) ? "; the user that the service runs as must be able to read it" : ""
      throw flaw("\(error)\(hint)")
    }
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
