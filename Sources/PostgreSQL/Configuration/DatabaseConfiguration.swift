internal import CPostgreSQL

/// Where the database is and how to connect to it.
public struct DatabaseConfiguration: Sendable {
  /// libpq's keywords and their values (PostgreSQL's documentation, "Parameter Key Words"), as the URL gives them.
  let keywords: [Keyword]

  struct Keyword: Hashable, Sendable {
    var name: String
    var value: String
    var isSecret = false
  }

  /// How long an attempt to connect may take, all hosts together; `connect_timeout` in the URL sets it.
  public var connectTimeout: Duration = .seconds(5)
  /// After this long the server cancels a statement; a setting of the session, so that it holds even if this process
  /// hangs. Zero: no limit. `statement_timeout` among the URL's `options`, in PGOPTIONS or in a service file comes before it.
  public var statementTimeout: Duration = .seconds(10)
  /// Whether statements are prepared once per connection. Behind a pooler that gives the next statement to another server
  /// connection (PgBouncer before 1.21 in transaction mode) this is found out, and ends, with the first that fails for it.
  public var preparesStatements = true
  /// Whether the server plans a prepared statement once on each connection, for whatever values it gets
  /// (`plan_cache_mode=force_generic_plan`, PostgreSQL 12; its documentation, PREPARE, "Notes"). By default it plans with the
  /// values at hand where that seems to pay, and with a LIMIT or OFFSET among them it always seems so. Right where one plan is
  /// good for all values. Set, and left to whoever has set it, as ``statementTimeout`` is.
  public var usesGenericPlans = false
  /// What `pg_stat_activity` shows, unless the URL says otherwise; empty: nothing.
  public var applicationName = ""

  /// Parameters of the URL that mean nothing here, for the log: they tell a driver how to go about something.
  public let ignoredParameters: [String]

  /// Takes libpq's URI or `key=value` form, several hosts included, and SQLAlchemy's spellings of a URL with its drivers'
  /// parameters. What is missing comes from a service file and libpq's environment variables (`PGHOST` and so on). Throws
  /// where libpq would refuse what comes together that way.
  public init(url: String) throws(ConfigurationError) {
    let text = url.trimmed()
    if let url = try ConnectionURL(text) {
      let parameters = try ConnectionParameters(url)
      keywords = Self.keywords(parameters)
      ignoredParameters = parameters.ignored
      preparesStatements = !parameters.isUnprepared
    } else {
      keywords = try Self.parse(text)
      ignoredParameters = []
    }
    if let complaint = LibpqSettings.complaint(keywords) { throw ConfigurationError(description: complaint) }
    let merged = LibpqSettings.merged(keywords)
    try Self.check(ports: merged["port"])
    if let limit = try merged["connect_timeout"].map(Self.connectTimeout) { connectTimeout = limit }
  }

  /// With `ssl`, the stronger of what it asks for and of what is in force without it.
  private static func keywords(_ parameters: ConnectionParameters) -> [Keyword] {
    var values = parameters.keywords
    if let ssl = parameters.ssl {
      let inForce = values["sslmode"] ?? (ssl == "disable" ? ssl : LibpqSettings.merged(keywords(values))["sslmode"])
      values["sslmode"] = SSLMode.stronger(ssl, inForce ?? ssl)
    }
    return keywords(values)
  }

  private static func keywords(_ values: [String: String]) -> [Keyword] {
    LibpqSettings.keywords.compactMap { known in
      values[known.name].map { Keyword(name: known.name, value: $0, isSecret: known.isSecret) }
    }
  }

  /// libpq looks at ports only when it connects, which would be tried again and again. What is there in its place may be
  /// a piece of the password.
  private static func check(ports: String?) throws(ConfigurationError) {
    for port in (ports ?? "").split(separator: ",") where !(1...65535).contains(Int(port.trimmed()) ?? 0) {
      throw .port
    }
  }

  /// libpq itself reads it only where it blocks.
  private static func connectTimeout(_ text: String) throws(ConfigurationError) -> Duration {
    guard let seconds = Int64(text.trimmed()) else {
      throw ConfigurationError(description: "connect_timeout must be a whole number of seconds")
    }
    return seconds > 0 ? .seconds(min(max(seconds, 2), 3600)) : .seconds(3600)  // libpq: 0 is no limit
  }

  /// Pairs `key=value`.
  private static func parse(_ text: String) throws(ConfigurationError) -> [Keyword] {
    // Unsafe: libpq allocates both; they are copied and freed here.
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(text, &message) else {
      defer { PQfreemem(message) }
      let reason = message.map { String(cString: $0).trimmed() } ?? "out of memory"
      throw ConfigurationError(description: withoutSecrets(reason, text))
    }
    defer { PQconninfoFree(options) }
    var keywords: [Keyword] = []
    LibpqSettings.each(options) { option in
      guard let value = option.val else { return }
      keywords.append(
        Keyword(
          name: String(cString: option.keyword), value: String(cString: value),
          isSecret: LibpqSettings.isSecret(option)))
    }
    return keywords
  }

  /// libpq quotes what it could not parse, which may be the password or, where that has a space, a piece of it.
  private static func withoutSecrets(_ message: String, _ text: String) -> String {
    let unknown = message.split(separator: "\"").dropFirst().first.map { "\($0)=" } ?? ""
    let before = text.firstRange(of: unknown).map { text[..<$0.lowerBound] } ?? text[...]
    let mayQuoteSecret = before.contains("pass") || text.contains("@") || text.contains(";")
    if message.hasPrefix("invalid connection option"), !mayQuoteSecret { return message }
    if !message.contains("\"") { return message }
    return
      "neither postgresql://USER:PASSWORD@HOST:PORT/NAME nor pairs KEY=VALUE with spaces between them, where a value "
      + "with spaces stands in single quotes"
  }
}

extension DatabaseConfiguration: CustomStringConvertible {
  /// libpq's `key=value` form, for logs: without the password.
  public var description: String {
    keywords.filter { !$0.isSecret }.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
  }
}

extension DatabaseConfiguration {
  /// Whether a password or the like is among what the URL says.
  public var hasSecrets: Bool { keywords.contains(where: \.isSecret) }

  /// A URL that says the same, but for secrets. Empty where nothing is said.
  public var urlWithoutSecrets: String {
    let parameters = keywords.filter { !$0.isSecret && !$0.value.isEmpty }
    if parameters.isEmpty { return "" }
    return "postgresql://?" + parameters.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
  }

  /// Percent-encoded, with what needs no quotes in a shell left as it is.
  private static func encoded(_ value: String) -> String {
    value.utf8.reduce(into: "") { text, byte in
      let isPlain =
        byte < 0x80 && (Character(UnicodeScalar(byte)).isLetter || Character(UnicodeScalar(byte)).isNumber)
      let digits = String(byte, radix: 16, uppercase: true)
      text += isPlain || "-._~/,".utf8.contains(byte) ? "\(UnicodeScalar(byte))" : "%\(byte < 16 ? "0" : "")\(digits)"
    }
  }
}

/// The database's URL is wrong; the description says how, without the password.
public struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let description: String

  static let port = ConfigurationError(description: "where the port should be is no port (1 to 65535)")
}

extension StringProtocol {
  /// Without spaces and line ends around it; libpq ends its messages with a line end.
  func trimmed() -> String {
    var text = self[...]
    while let last = text.last, last.isWhitespace { text.removeLast() }
    while let first = text.first, first.isWhitespace { text.removeFirst() }
    return String(text)
  }
}
