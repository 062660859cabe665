internal import Glibc

/// The command line. Swift's `CommandLine` reads it from /proc, and without that, as in a changed root, has none: the program
/// would take `roster check` for `roster`, print its help, and report success.
enum ProgramArguments {
  /// The first is the program. The first use must come before the environment changes.
  static let all: [String] = pointers.map { String(cString: $0) }

  /// The texts themselves, which ps shows.
  ///
  /// Unsafe because they are found by their place: on the stack of a new process lie the number of arguments, the pointers to
  /// them, an empty one, and the environment's (System V ABI for x86-64, 3.4.1; the same on other processors).
  nonisolated(unsafe) static let pointers: [UnsafeMutablePointer<CChar>] = {
    if CommandLine.argc > 0 { return (0..<Int(CommandLine.argc)).compactMap { CommandLine.unsafeArgv[$0] } }
    let end = environ - 1
    guard end.pointee == nil else { return [] }
    for count in 0..<65536 where UInt(bitPattern: (end - count - 1).pointee) == UInt(count) {
      return (0..<count).compactMap { (end - count + $0).pointee }
    }
    return []
  }()
}
