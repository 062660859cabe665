internal import FileTrust
internal import Glibc

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

  /// The line that every reader understands as this variable; nothing where none does.
  static func line(_ name: String, _ value: String) -> String? {
    let isPlain = value.utf8.allSatisfy { isNameByte($0) || "-./:,@%+~".utf8.contains($0) }
    // A shell would look into double quotes.
    let inDouble = value.contains(where: { "$`".contains($0) }) ? [] : ["\"\(value)\""]
    let lines = (isPlain ? [value] : ["'\(value)'"] + inDouble).map { "\(name)=\($0)" }
    return lines.first { line in
      guard let variables = try? parse(line), let only = variables.first, variables.count == 1 else { return false }
      return only == (name, value) && !line.utf8.contains { $0 < 0x20 || $0 == 0x7F }
    }
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
    return text.utf8.allSatisfy(isNameByte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte & 0xDF)
  }

  private static func trimmed(_ line: Substring) -> Substring {
    func isSpace(_ character: Character) -> Bool { character == " " || character == "\t" || character == "\r" }
    var line = line.drop(while: isSpace)
    while let last = line.last, isSpace(last) { line.removeLast() }
    return line
  }
}
