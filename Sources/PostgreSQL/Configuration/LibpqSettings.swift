internal import CPostgreSQL
internal import Glibc

/// What libpq makes of keywords, its service file and its environment variables, in its own order of precedence. It is asked
/// for what it would do: it is given something that it refuses before it looks anything up or connects.
enum LibpqSettings {
  /// The keywords that libpq knows, in its order, and whether their values are secrets.
  static let keywords: [(name: String, isSecret: Bool)] = {
    var known: [(String, Bool)] = []
    // Unsafe: libpq allocates the list; it is copied and freed here.
    guard let options = PQconninfoParse("", nil) else { return [] }
    defer { PQconninfoFree(options) }
    each(options) { known.append((String(cString: $0.keyword), isSecret($0))) }
    return known
  }()

  private static let poison = "none of them"

  /// Every keyword that has a value.
  static func merged(_ keywords: [DatabaseConfiguration.Keyword]) -> [String: String] {
    probe(keywords, ["target_session_attrs": poison]).settings
  }

  /// What libpq does not take, in its words; it would say so at every attempt to connect.
  static func complaint(_ keywords: [DatabaseConfiguration.Keyword]) -> String? {
    let (settings, message) = probe(keywords, ["target_session_attrs": poison])
    guard message.contains(poison) else { return message.trimmed() }
    // That one would be right, but for its port: nobody is ever asked for an address to go with port 0.
    let count = max(settings["host"]?.count { $0 == "," } ?? 0, settings["hostaddr"]?.count { $0 == "," } ?? 0) + 1
    let lines = probe(keywords, ["port": Array(repeating: "0", count: count).joined(separator: ",")]).message
    return lines.split(separator: "\n").first { !$0.hasPrefix("invalid port number: \"0\"") }.map { $0.trimmed() }
  }

  private static func probe(
    _ keywords: [DatabaseConfiguration.Keyword], _ refused: [String: String]
  ) -> (settings: [String: String], message: String) {
    // A password, so that no password file is read, about whose permissions libpq may complain.
    let replaced = refused.merging(["password": "-"]) { $1 }
    let all = keywords.filter { replaced[$0.name] == nil }.map { ($0.name, $0.value) } + replaced.map { ($0, $1) }
    // Unsafe: libpq copies what it is given, and allocates what is copied and freed here.
    let names = all.map { strdup($0.0) }
    let values = all.map { strdup($0.1) }
    defer { for text in names + values { free(text) } }
    let connection = PQconnectStartParams(
      names.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 0)
    defer { PQfinish(connection) }
    var settings: [String: String] = [:]
    if let options = PQconninfo(connection) {
      defer { PQconninfoFree(options) }
      each(options) { option in option.val.map { settings[String(cString: option.keyword)] = String(cString: $0) } }
    }
    return (settings, String(cString: PQerrorMessage(connection)))
  }

  static func isSecret(_ option: PQconninfoOption) -> Bool {
    option.dispchar.map { $0.pointee == CChar(bitPattern: UInt8(ascii: "*")) } ?? false
  }

  static func each(_ options: UnsafeMutablePointer<PQconninfoOption>, _ body: (PQconninfoOption) -> Void) {
    var option = options
    while option.pointee.keyword != nil {
      body(option.pointee)
      option += 1
    }
  }
}
