internal import CLinux
internal import Glibc
internal import Logging

/// The service as it was at its start or at a reload: how many workers, and the program, the arguments and the environment
/// that they are made of.
///
/// A worker that dies is replaced by one of the same generation, whatever was installed meanwhile: the program is held
/// open, and is executed from there.
final class Generation: Sendable {
  /// Options and variables that concern the supervisor alone.
  private static let options = SettingText.ofSupervisor.compactMap(\.argument)
  private static let variables = SettingText.ofSupervisor.map(\.variable) + ServiceManager.variables
  private static let address = roster.Settings.databaseURL.text
  /// libfcgi takes and frees three blocks of 8 KiB for each request; by default glibc keeps only small blocks at hand,
  /// and seven of each size, where a list of users has a hundred.
  private static let tunables = "glibc.malloc.tcache_max=16384:glibc.malloc.tcache_count=256"
  /// The path by which this program was executed: not what it led to then, if it is a link.
  private static let path: String = {
    let name = UnsafePointer<CChar>(bitPattern: UInt(getauxval(UInt(AT_EXECFN))))
    let executed = name.map { String(cString: $0) } ?? ""
    guard !executed.hasPrefix("/"), let folder = getcwd(nil, 0) else { return executed }
    defer { free(folder) }
    return "\(String(cString: folder))/\(executed)"
  }()

  /// What the supervisor itself needs to know; the rest is the workers' own business.
  struct Settings {
    var workers: Int
    var drainTimeout: Duration
    var logger: Logger
  }

  /// The first is 1; a reload makes the next one.
  let number: Int
  let settings: Settings
  let arguments: [String]
  let environment: [String]
  let program: WorkerProgram

  /// The program that is installed now, with this process's arguments and environment. The first call must come before
  /// the working directory changes.
  init(_ settings: Settings, after last: Generation? = nil) throws(WorkerProgram.Failure) {
    program = try WorkerProgram(Self.path)
    number = (last?.number ?? 0) + 1
    self.settings = settings
    let (arguments, databaseURL) = Self.workerArguments(ProgramArguments.all)
    self.arguments = arguments
    environment = Self.workerEnvironment(databaseURL)
  }

  /// The command line without what concerns the supervisor, and without the database's address, which may have a
  /// password: others can read a command line.
  static func workerArguments(_ arguments: [String]) -> (arguments: [String], databaseURL: String?) {
    var (kept, databaseURL): ([String], String?) = ([], nil)
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let isAddress = parts[0] == address.argument
      guard isAddress || options.contains(parts[0]) else {
        kept.append(argument)
        continue
      }
      let value = parts.count == 2 ? parts[1] : rest.popFirst()
      if isAddress { databaseURL = value }
    }
    return (kept, databaseURL)
  }

  private static func workerEnvironment(_ databaseURL: String?) -> [String] {
    var environment = ProcessEnvironment.all.filter { entry in
      !variables.contains { entry.hasPrefix("\($0)=") }
        && (databaseURL == nil || !entry.hasPrefix("\(address.variable)="))
    }
    if let databaseURL { environment.append("\(address.variable)=\(databaseURL)") }
    if getenv("GLIBC_TUNABLES") == nil { environment.append("GLIBC_TUNABLES=\(tunables)") }
    return environment
  }
}
