/// A `postgresql://USER:PASSWORD@HOST:PORT,…/NAME?PARAMETER=VALUE&…`, taken apart and percent-decoded.
///
/// Read as libpq reads it (PostgreSQL's documentation, "Connection URIs") and, with a driver behind the scheme as in
/// `postgresql+asyncpg://`, as SQLAlchemy does (`sqlalchemy.engine.make_url`): there a password may have a `/`, and a `+` among
/// the parameters is a space. Of what may be a password nothing is ever quoted.
struct ConnectionURL {
  /// Whether the scheme names a driver, so that SQLAlchemy's rules hold.
  let hasDriver: Bool
  private(set) var user: String?
  private(set) var password: String?
  private(set) var hosts: [(name: String, port: String)] = []
  private(set) var database: String?
  private(set) var parameters: [(name: String, value: String)] = []
  /// Whether what looks like parameters may be the rest of a password that was not encoded.
  private(set) var mayHaveSecretInParameters = false

  /// Nothing where `text` is no URL at all.
  init?(_ text: String) throws(ConfigurationError) {
    guard let end = text.firstRange(of: "://"), Self.isScheme(text[..<end.lowerBound]) else { return nil }
    hasDriver = try Self.hasDriver(text[..<end.lowerBound])
    var rest = text[end.upperBound...]
    if let at = try endOfUserInformation(rest) {
      try readUserInformation(rest[..<at])
      rest = rest[rest.index(after: at)...]
    }
    let address = rest.prefix { $0 != "?" }
    if user != nil || password != nil, address.contains("@") { throw Self.notEncoded }
    try readHosts(address.prefix { $0 != "/" })
    database = try Self.decoded(address.drop { $0 != "/" }.dropFirst(), "the database's name")
    mayHaveSecretInParameters = rest.dropFirst(address.count).contains("@")
    try readParameters(rest.dropFirst(address.count + 1))
  }

  // MARK: The scheme

  private static func isScheme(_ text: Substring) -> Bool {
    guard let first = text.utf8.first, isLetter(first) else { return false }
    return text.utf8.allSatisfy { isLetter($0) || (0x30...0x39).contains($0) || "+.-_:".utf8.contains($0) }
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
  }

  private static func hasDriver(_ scheme: Substring) throws(ConfigurationError) -> Bool {
    let parts = scheme.lowercased().split(separator: "+", maxSplits: 1, omittingEmptySubsequences: false)
    guard let first = parts.first, ["postgresql", "postgres"].contains(first) else {
      let isNamed = !scheme.contains(":") || scheme.lowercased().hasPrefix("jdbc:")  // else it may be user:password
      throw ConfigurationError(
        description: "\(isNamed ? "\"\(scheme)://\"" : "what stands before ://") is not understood; "
          + "write postgresql://USER:PASSWORD@HOST:PORT/NAME")
    }
    return parts.count == 2
  }

  // MARK: User and password

  /// The `@` before the hosts. Where a `/` comes before the `@`, the two may be a password's, a database's name's, or a
  /// parameter's.
  private func endOfUserInformation(_ text: Substring) throws(ConfigurationError) -> Substring.Index? {
    guard let at = text.firstIndex(of: "@") else { return nil }
    let before = text[..<at]
    guard let slash = before.firstIndex(of: "/") else { return at }
    guard let colon = before[..<slash].firstIndex(of: ":") else { return nil }
    let isPort = before[colon..<slash].dropFirst().utf8.allSatisfy { (0x30...0x39).contains($0) }
    if isPort, before[slash...].drop(while: { $0 != "?" }).contains("=") { return nil }
    if hasDriver { return at }
    throw Self.notEncoded
  }

  private mutating func readUserInformation(_ text: Substring) throws(ConfigurationError) {
    let name = text.prefix { $0 != ":" }
    user = try Self.decoded(name, "the user's name")
    password = try Self.decoded(text.dropFirst(name.count + 1), "the password")
  }

  private static let notEncoded = ConfigurationError(
    description: "a / or @ in the user's name or password has to be written %2F or %40")

  // MARK: Hosts

  private mutating func readHosts(_ text: Substring) throws(ConfigurationError) {
    guard !text.isEmpty else { return }
    for host in text.split(separator: ",", omittingEmptySubsequences: false) {
      let isBracketed = host.hasPrefix("[")
      let name = isBracketed ? host.dropFirst().prefix { $0 != "]" } : host.prefix { $0 != ":" }
      let rest = host[name.endIndex...].dropFirst(isBracketed ? 1 : 0)
      guard rest.isEmpty || rest.hasPrefix(":") else { throw ConfigurationError.port }
      hosts.append((try Self.decoded(name, "a host's name") ?? "", String(rest.dropFirst())))
    }
  }

  // MARK: Parameters

  private mutating func readParameters(_ text: Substring) throws(ConfigurationError) {
    for parameter in text.split(separator: "&") {
      let parts = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      let name = try Self.decoded(parts[0], "a parameter's name") ?? ""
      guard parts.count == 2 else {
        let subject = mayHaveSecretInParameters ? "a parameter" : "the parameter \"\(name)\""
        throw ConfigurationError(description: "\(subject) has no value: it is written NAME=VALUE")
      }
      let value = hasDriver ? parts[1].replacing("+", with: "%20") : parts[1]
      parameters.append((name, try Self.decoded(value, "a parameter's value") ?? ""))
    }
  }

  // MARK: Percent-encoding

  /// Nothing where it is empty.
  private static func decoded(_ text: Substring, _ subject: String) throws(ConfigurationError) -> String? {
    var bytes: [UInt8] = []
    var rest = text.utf8[...]
    while let byte = rest.popFirst() {
      guard byte == UInt8(ascii: "%") else {
        bytes.append(byte)
        continue
      }
      let digits = Substring(rest.prefix(2))
      guard digits.utf8.count == 2, digits.utf8.first != UInt8(ascii: "+"), let value = UInt8(digits, radix: 16),
        value != 0
      else {
        throw ConfigurationError(description: "\(subject) has a % that no two digits follow: a % is written %25")
      }
      bytes.append(value)
      rest = rest.dropFirst(2)
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else {
      throw ConfigurationError(description: "\(subject) is not in UTF-8")
    }
    return decoded.isEmpty ? nil : decoded
  }
}
