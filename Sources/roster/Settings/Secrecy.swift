internal import CLinux
internal import Glibc

/// Keeps the database's password to this process.
enum Secrecy {
  /// No core file is written, and other processes of the same user cannot read this one's memory and environment.
  static func closeMemory() {
    _ = permit_core_files(isWanted ? 0 : 1)
  }

  /// Whether nobody has asked for core files.
  static var isWanted: Bool { ProcessEnvironment.value(Settings.coreFiles.variable) != "1" }

  /// Takes the values of options that may hold a password out of what ps shows. Call it after the command line has been read.
  ///
  /// Unsafe because the system shows that memory itself; every byte that is written belongs to an argument's text.
  static func hideSecrets() {
    let options = SettingText.all.filter(\.isSecret).compactMap(\.argument)
    var isValue = false
    for text in ProgramArguments.pointers {
      let argument = String(cString: text)
      if isValue {
        erase(text)
      } else if let option = options.first(where: { argument.hasPrefix("\($0)=") }) {
        erase(text + option.utf8.count + 1)
      }
      isValue = options.contains(argument)
    }
  }

  private static func erase(_ text: UnsafeMutablePointer<CChar>) {
    memset(text, Int32(UInt8(ascii: "*")), strlen(text))
  }
}
