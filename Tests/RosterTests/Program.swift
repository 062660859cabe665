import Glibc
import TestSupport

/// Where the program under test and the project's files are.
enum Program {
  /// The program `roster`, beside the test program.
  static let path = folder(of: realPath("/proc/self/exe")) + "/roster"

  /// The top of the project.
  static let project = folder(of: folder(of: folder(of: #filePath)))

  static func folder(of path: String) -> String {
    path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
  }

  private static func realPath(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return path }
    defer { free(real) }
    return String(cString: real)
  }

  /// Runs `roster` to its end, with additions to the environment, and returns its status and all that it printed.
  static func run(_ arguments: [String], _ environment: [String] = []) throws -> (status: Int32, output: String) {
    let folder = try makeTemporaryFolder()
    defer { try? ChildProcess.run(["rm", "-rf", folder]) }
    let status = try ChildProcess.start(
      ["env", "-u", "DATABASE_URL"] + environment + [path] + arguments, log: "\(folder)/output"
    ).wait()
    return (status, contents(of: "\(folder)/output"))
  }
}
