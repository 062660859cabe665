internal import ArgumentParser
internal import FileTrust
internal import Glibc

/// `--env-file`: variables from a file, which, unlike the environment that a process was started with, can change.
struct EnvironmentOptions: ParsableArguments {
  @Option(Settings.envFile) var envFile: String?

  /// The environment that the process was started with, as NAME=VALUE, and the file that it names; a file cannot name another.
  private static let original = ProcessEnvironment.all
  private static let originalPath = Result { try Settings.envFile.given(nil) }

  /// Makes the environment what the process was started with, and over it what the file says now. Returns the names that the
  /// file has.
  ///
  /// The file may be root's, this process's user's, or that of `--user`; of the command line's only, for ROSTER_USER could be
  /// what the file itself says.
  @discardableResult func load(_ account: AccountOptions? = nil) throws -> Set<String> {
    let original = Self.original
    guard let path = try path() else { return [] }
    let variables: [(name: String, value: String)]
    do {
      let user = try account?.user.map { try Account(named: $0).user }
      variables = try EnvironmentFile.parse(EnvironmentFile.read(path, TrustedUsers(geteuid(), user ?? 0)))
    } catch {
      throw ValidationError("--env-file \(path): \(error)")
    }
    ProcessEnvironment.replace(original, variables)
    return Set(variables.map(\.name))
  }

  /// What an operator should know of the file, which can be used now, and of variables that mean nothing here.
  func concerns() throws -> [String] {
    try fileConcerns() + UnknownSetting.all(among: ProcessEnvironment.all).map(\.description)
  }

  private func fileConcerns() throws -> [String] {
    guard let path = try path() else { return [] }
    var status = stat()
    guard access(path, R_OK) == 0, stat(path, &status) == 0 else {
      return ["--env-file \(path) cannot be read by this user: every reload will be given up"]
    }
    return status.st_mode & S_IROTH == 0
      ? [] : ["--env-file \(path): every user of this system may read it: chmod o-rwx \(path)"]
  }

  /// Where there is one.
  func path() throws -> String? { try envFile ?? Self.originalPath.get() }
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

  static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

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
