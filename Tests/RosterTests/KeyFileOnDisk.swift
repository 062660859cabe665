import Glibc
import TestSupport

/// A file of keys as an operator makes it, with `roster key new`.
final class KeyFileOnDisk {
  let folder: String
  var path: String { "\(folder)/keys" }

  init() throws {
    folder = try makeTemporaryFolder()
    try write("# keys\n")
  }

  deinit {
    try? ChildProcess.run(["rm", "-rf", folder])
  }

  /// Appends a new key's line and returns the key.
  func add(_ name: String, _ role: String, expires: String? = nil) throws -> String {
    let script = #"f=$0; "$@" >>"$f/keys" 2>"$f/key""#
    try ChildProcess.run(
      ["sh", "-c", script, folder, Program.path, "key", "new", name, "--role", role]
        + (expires.map { ["--expires", $0] } ?? []))
    return String(contents(of: "\(folder)/key").dropLast())
  }

  /// Takes a key's line away.
  func remove(_ name: String) throws {
    let lines = contents(of: path).split(separator: "\n").filter { !$0.hasPrefix("\(name) ") }
    try write(lines.map { "\($0)\n" }.joined())
  }

  /// Replaces the whole text.
  func write(_ text: String) throws {
    guard let file = fopen(path, "w") else { throw ChildProcess.Failure("\(path): \(errno)") }
    fputs(text, file)
    fclose(file)
    chmod(path, 0o644)  // www-data is to read it too
  }
}
