internal import CLinux
internal import Glibc

/// Keeps the database's password to this process.
enum Secrecy {
  /// Whoever wants core files, or a debugger that does not run as root, sets it to 1.
  private static let variable = "ROSTER_CORE_FILES"

  /// No core file is written, and other processes of the same user cannot read this one's memory and environment.
  static func closeMemory() {
    _ = permit_core_files(isWanted ? 0 : 1)
  }

  /// Whether nobody has asked for core files.
  static var isWanted: Bool { getenv(variable).map { String(cString: $0) } != "1" }

  /// Takes the value of `--database-url` out of what ps shows. Call it after the command line has been read.
  ///
  /// Unsafe because the system shows that memory itself; every byte that is written belongs to an argument's text.
  static func hideDatabaseURL() {
    let option = "--database-url"
    var isValue = false
    for text in ProgramArguments.pointers {
      let argument = String(cString: text)
      if isValue { erase(text) } else if argument.hasPrefix("\(option)=") { erase(text + option.utf8.count + 1) }
      isValue = argument == option
    }
  }

  private static func erase(_ text: UnsafeMutablePointer<CChar>) {
    memset(text, Int32(UInt8(ascii: "*")), strlen(text))
  }
}
