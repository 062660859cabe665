internal import ArgumentParser
internal import FileTrust
internal import Glibc

/// `--env-file`: variables from a file, which, unlike the environment that a process was started with, can change.
struct EnvironmentOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      A file of lines NAME=VALUE, as systemd's EnvironmentFile, that win over the environment; SIGHUP reads it again. \
      [ROSTER_ENV_FILE] (default: none)
      """, valueName: "path"))
  var envFile: String?

  /// The environment that the process was started with, as NAME=VALUE.
  private static let original = ProcessEnvironment.all

  /// Makes the environment what the process was started with, and over it what the file says now.
  ///
  /// The file may be root's, this process's user's, or that of `--user`; of the command line's only, for ROSTER_USER could be
  /// what the file itself says.
  func load(_ account: AccountOptions? = nil) throws {
    let original = Self.original
    guard let path = try path() else { return }
    let variables: [(name: String, value: String)]
    do {
      let user = try account?.user.map { try Account(named: $0).user }
      variables = try EnvironmentFile.parse(EnvironmentFile.read(path, TrustedUsers(geteuid(), user ?? 0)))
    } catch {
      throw ValidationError("--env-file \(path): \(error)")
    }
    ProcessEnvironment.replace(original, variables)
  }

  /// What an operator should know of the file, which can be used now.
  func concerns() throws -> [String] {
    guard let path = try path() else { return [] }
    var status = stat()
    guard access(path, R_OK) == 0, stat(path, &status) == 0 else {
      return ["--env-file \(path) cannot be read by this user: every reload will be given up"]
    }
    return status.st_mode & S_IROTH == 0
      ? [] : ["--env-file \(path): every user of this system may read it: chmod o-rwx \(path)"]
  }

  private func path() throws -> String? { try Setting.value(envFile, "ROSTER_ENV_FILE") }
}

/// This process's environment. Used only while the process has one thread.
enum ProcessEnvironment {
  /// NAME=VALUE.
  static var all: [String] {
    var all: [String] = []
    var next = environ
    while let entry = next.pointee {
      all.append(String(cString: entry))
      next += 1
    }
    return all
  }

  /// Later variables win.
  static func replace(_ original: [String], _ variables: [(name: String, value: String)]) {
    clearenv()
    for entry in original {
      let parts = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { setenv(String(parts[0]), String(parts[1]), 1) }
    }
    for (name, value) in variables { setenv(name, value, 1) }
  }
}

/// Lines NAME=VALUE, of which systemd, Docker and a shell all understand the same.
enum EnvironmentFile {
  /// Why a file cannot be used.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  private static let longest = 64 << 10

  /// The file's text; at most 64 KiB. It says what root runs, as whom, and with which libraries: it is refused where others
  /// than root and these users could have written it.
  static func read(_ path: String, _ users: TrustedUsers) throws -> String {
    let bytes = try users.read(path, limit: longest).bytes
    guard let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(0) else {
      throw Failure(description: "it is no text in UTF-8")
    }
    return text
  }

  /// The variables in their order. Empty lines and those that begin with # or ; are skipped.
  static func parse(_ text: String) throws(Failure) -> [(name: String, value: String)] {
    var variables: [(name: String, value: String)] = []
    let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }  // one character each
    for (index, line) in lines.enumerated() {
      let line = trimmed(line)
      if line.isEmpty || line.first == "#" || line.first == ";" { continue }
      do throws(Failure) {
        variables.append(try variable(line))
      } catch {
        throw Failure(description: "line \(index + 1): \(error)")
      }
    }
    return variables
  }

  private static func variable(_ line: Substring) throws(Failure) -> (name: String, value: String) {
    guard let equals = line.firstIndex(of: "="), isName(line[..<equals]) else {
      throw Failure(description: "it must be NAME=VALUE, or begin with # as a comment")
    }
    return (String(line[..<equals]), try value(line[line.index(after: equals)...]))
  }

  /// What stands between single quotes is taken as it is. Readers differ on backslashes, so they are only taken there.
  private static func value(_ text: Substring) throws(Failure) -> String {
    if let quote = text.first, quote == "'" || quote == "\"" {
      let content = text.dropFirst().dropLast()
      let isPlain = !content.contains(quote) && (quote == "'" || !content.contains("\\"))
      guard text.count >= 2, text.last == quote, isPlain else {
        throw Failure(description: "a quoted value must end with its quote, and have no backslash in double quotes")
      }
      return String(content)
    }
    guard !text.contains(where: { "\\'\"".contains($0) }) else {
      throw Failure(description: "a value with quotes or backslashes must stand in quotes: NAME='VALUE'")
    }
    return String(text)
  }

  private static func isName(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else { return false }
    return text.utf8.allSatisfy { byte in
      byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
    }
  }

  private static func trimmed(_ line: Substring) -> Substring {
    func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" || character == "\r" }
    var line = line.drop(while: isSpace)
    while let last = line.last, isSpace(last) { line.removeLast() }
    return line
  }
}
