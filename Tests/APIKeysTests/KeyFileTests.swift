import Glibc
import TestSupport
import Testing

@testable import APIKeys

struct KeyFileTests {
  /// What reading a file with this text, mode and owner says, in the end or on the way.
  private func read(
    text: String, mode: mode_t = 0o640, owner: uid_t? = nil
  ) throws -> (entries: Int?, flaws: [String], warnings: [String]) {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let path = "\(folder)/keys"
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
    chmod(path, mode)
    if let owner { #expect(chown(path, owner, 0) == 0) }
    return read(path: path)
  }

  private func read(path: String) -> (entries: Int?, flaws: [String], warnings: [String]) {
    var warnings: [String] = []
    do {
      let ring = try KeyFile(path: path).read { warnings.append($0) }
      return (ring.entries.count, [], warnings)
    } catch {
      return (nil, error.flaws, warnings)
    }
  }

  private let line = "a reader - \(KeyHash(of: "1").text)\n"

  @Test(arguments: [0o600, 0o640, 0o440] as [mode_t])
  func `a file that only its owner writes is read without a word`(mode: mode_t) throws {
    let result = try read(text: line, mode: mode)
    #expect(result.entries == 1)
    #expect(result.warnings.isEmpty)
  }

  @Test func `a file that every user may read is warned about`() throws {
    let result = try read(text: line, mode: 0o644)
    #expect(result.entries == 1)
    #expect(result.warnings.count == 1)
    let warning = result.warnings[0].split(separator: ": every user of this system may read it: chmod o-rwx ")
    #expect(warning.count == 2 && warning[0] == warning[1])
  }

  @Test(arguments: [0o660, 0o602, 0o666] as [mode_t])
  func `a file that others may write is refused`(mode: mode_t) throws {
    #expect(try read(text: line, mode: mode).flaws.first?.contains(": chmod go-w /tmp/") == true)
  }

  @Test(.enabled(if: getuid() == 0, "only root can give files away"))
  func `a file that belongs to somebody else is refused`() throws {
    #expect(
      try read(text: line, owner: 1234).flaws.first?.contains(
        " belongs to user 1234, who could change it: chown -h root /tmp/") == true)
  }

  @Test func `a file in a directory where others may write is refused`() throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    try ChildProcess.run(["sh", "-ec", "umask 022; cd \"$0\"; mkdir -p a/b; : >a/b/keys; chmod 600 a/b/keys", folder])
    #expect(read(path: "\(folder)/a/b/keys").entries == 0)
    for directory in ["\(folder)/a/b", "\(folder)/a", folder] {
      chmod(directory, 0o777)
      #expect(
        read(path: "\(folder)/a/b/keys").flaws == [
          "\(folder)/a/b/keys: others than its owner may write in \(directory) (mode 0777): chmod go-w \(directory)"
        ])
      chmod(directory, 0o755)
    }
  }

  @Test func `what is wrong is told with the file and the line`() throws {
    let flaws = try read(text: "\(line)b\n").flaws
    #expect(flaws.count == 1)
    #expect(flaws[0].contains("/keys:2: a key has four fields"))
  }

  @Test func `a file that is none, or too long, is refused`() throws {
    #expect(read(path: "/nonexistent/keys").flaws == ["/nonexistent/keys: No such file or directory"])
    #expect(read(path: "/tmp").flaws == ["/tmp: it is no file"])
    #expect(read(path: "/dev/zero").flaws == ["/dev/zero: it is no file"])
    let longest = String(repeating: "#", count: 128 << 10)
    #expect(try read(text: longest).entries == 0)
    #expect(try read(text: longest + "\n").flaws.first?.contains("more than 131072 bytes") == true)
  }

  @Test func `a pipe is refused, and not waited for`() throws {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    #expect(mkfifo("\(folder)/keys", 0o600) == 0)
    #expect(read(path: "\(folder)/keys").flaws.first?.hasSuffix("it is no file") == true)
  }

  @Test func `of many mistakes ten are shown`() {
    let error = KeyFileError(flaws: (1...12).map { "keys:\($0): wrong" })
    #expect(error.description.split(separator: "\n").count == 11)
    #expect(error.description.hasSuffix("keys:10: wrong\nand 2 more"))
  }
}
