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
  /// What `pg_stat_activity` shows, unless the URL says otherwise.
  public var applicationName = "roster"

  /// Takes libpq's URI or `key=value` form, several hosts included, and SQLAlchemy's `postgresql+asyncpg://` and
  /// `postgresql+psycopg://`. What is missing comes from libpq's environment variables (`PGHOST` and so on).
  public init(url: String) throws(ConfigurationError) {
    try Self.checkUserInformation(url)
    keywords = try Self.parse(Self.withoutDriver(url))
    try checkPorts()
    if let value = keywords.first(where: { $0.name == "connect_timeout" })?.value, let seconds = Int64(value) {
      connectTimeout = seconds > 0 ? .seconds(min(max(seconds, 2), 3600)) : .seconds(3600)  // libpq: 0 is no limit
    }
  }

  /// libpq ends the password at the first `@` or `/`, and would take the rest for a host or a database, whose names are
  /// logged.
  private static func checkUserInformation(_ url: String) throws(ConfigurationError) {
    guard url.hasPrefix("postgres"), let scheme = url.firstRange(of: "://") else { return }
    let beforeQuery = url[scheme.upperBound...].prefix { $0 != "?" }
    if beforeQuery.count(where: { $0 == "@" }) > 1 || beforeQuery.drop(while: { $0 != "/" }).contains("@") {
      throw ConfigurationError(description: "a / or @ in the user's name or password has to be written %2F or %40")
    }
  }

  /// libpq looks at ports only when it connects, which would be tried again and again. What is there in its place may be
  /// a piece of the password.
  private func checkPorts() throws(ConfigurationError) {
    guard let ports = keywords.first(where: { $0.name == "port" })?.value else { return }
    for port in ports.split(separator: ",") where !(1...65535).contains(Int(port.trimmed()) ?? 0) {
      throw ConfigurationError(description: "where the port should be is no port (1 to 65535)")
    }
  }

  private static func withoutDriver(_ url: String) -> String {
    for driver in ["+asyncpg://", "+psycopg://"] {
      for scheme in ["postgresql", "postgres"] where url.hasPrefix(scheme + driver) {
        return "postgresql://" + url.dropFirst((scheme + driver).count)
      }
    }
    return url
  }

  private static func parse(_ url: String) throws(ConfigurationError) -> [Keyword] {
    // Unsafe: libpq allocates both; they are copied and freed here.
    var message: UnsafeMutablePointer<CChar>?
    guard let options = PQconninfoParse(url, &message) else {
      defer { PQfreemem(message) }
      let reason = message.map { String(cString: $0) } ?? "out of memory"
      throw ConfigurationError(description: withoutSecrets(reason, url))
    }
    defer { PQconninfoFree(options) }
    return keywords(in: options)
  }

  /// Those that have a value.
  static func keywords(in options: UnsafeMutablePointer<PQconninfoOption>) -> [Keyword] {
    var keywords: [Keyword] = []
    var option = options
    while let name = option.pointee.keyword {
      if let value = option.pointee.val {
        let isSecret = option.pointee.dispchar.map { $0.pointee == CChar(bitPattern: UInt8(ascii: "*")) } ?? false
        keywords.append(Keyword(name: String(cString: name), value: String(cString: value), isSecret: isSecret))
      }
      option += 1
    }
    return keywords
  }

  /// libpq quotes parts of what it could not parse, and a part may be the password or a piece of it.
  private static func withoutSecrets(_ message: String, _ url: String) -> String {
    let kind = message.split(separator: "\"", maxSplits: 1).first.map(String.init) ?? message
    let text = url.contains("@") || url.contains("password") ? kind : message
    return text.trimmed()
  }
}

extension DatabaseConfiguration: CustomStringConvertible {
  /// libpq's `key=value` form, for logs: without the password.
  public var description: String {
    keywords.filter { !$0.isSecret }.map { "\($0.name)=\($0.value)" }.joined(separator: " ")
  }
}

/// The database's URL is wrong; the description says how, without the password.
public struct ConfigurationError: Error, Hashable, CustomStringConvertible {
  /// What is wrong.
  public let description: String
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
