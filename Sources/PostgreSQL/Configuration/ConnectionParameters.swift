/// What the parameters of a URL mean here: those of libpq, those that only SQLAlchemy and its drivers know, and those that
/// mean nothing here.
///
/// Sources: libpq's "Parameter Key Words"; SQLAlchemy 2.1, dialects/postgresql (`create_connect_args`,
/// `_split_multihost_from_url`); the arguments of asyncpg's `connect`.
struct ConnectionParameters {
  /// libpq's keywords and their values.
  private(set) var keywords: [String: String] = [:]
  /// What `ssl` asks for, as a value of `sslmode`.
  private(set) var ssl: String?
  /// Those that were given and change nothing.
  private(set) var ignored: [String] = []
  /// Whether statements shall not be prepared.
  private(set) var isUnprepared = false

  private var hosts: [(name: String, port: String)] = []

  init(_ url: ConnectionURL) throws(ConfigurationError) {
    keywords["user"] = url.user
    keywords["password"] = url.password
    keywords["dbname"] = url.database
    hosts = url.hosts
    writeHosts()
    hosts = []
    for (name, value) in url.parameters where !value.isEmpty { try read(name, value, url.mayHaveSecretInParameters) }
    if !hosts.isEmpty { writeHosts() }
  }

  private mutating func read(_ name: String, _ value: String, _ isSecret: Bool) throws(ConfigurationError) {
    switch name {
    case "host": hosts += Self.hosts(value)
    case "database": keywords["dbname"] = value
    case "ssl": ssl = try Self.sslMode(value)
    case "requiressl": ssl = value == "1" ? "require" : "prefer"
    case "timeout": keywords["connect_timeout"] = try Self.wholeSeconds(value)
    case "statement_cache_size", "prepared_statement_cache_size":
      if value == "0" { isUnprepared = true } else { ignored.append(name) }
    case "pgbouncer": isUnprepared = try Self.isTrue(name, value)
    case "prepared_statements": isUnprepared = try !Self.isTrue(name, value)
    case _ where LibpqSettings.keywords.contains { $0.name == name }: keywords[name] = value
    case _ where Self.meaningless.contains(name): ignored.append(name)
    default: throw Self.unknown(name, isSecret)
    }
  }

  // MARK: Hosts

  /// Of one `host`, as libpq has it a list; each entry may have its port, as SQLAlchemy has it.
  private static func hosts(_ list: String) -> [(name: String, port: String)] {
    list.split(separator: ",", omittingEmptySubsequences: false).map { entry in
      let parts = entry.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty, parts[1].allSatisfy(\.isWholeNumber) else {
        return (String(entry), "")
      }
      return (String(parts[0]), String(parts[1]))
    }
  }

  private mutating func writeHosts() {
    keywords["host"] = hosts.map(\.name).joined(separator: ",")
    if hosts.contains(where: { !$0.port.isEmpty }) { keywords["port"] = hosts.map(\.port).joined(separator: ",") }
    if keywords["host"] == "" { keywords["host"] = nil }
  }

  // MARK: Values

  private static func sslMode(_ value: String) throws(ConfigurationError) -> String {
    switch value.lowercased() {
    case "true", "on", "yes", "1": return "require"
    case "false", "off", "no", "0": return "disable"
    case let mode:
      let mode = mode.replacing("_", with: "-")
      guard SSLMode.order.contains(mode) else {
        throw ConfigurationError(
          description: "ssl=\(value) is not understood; true, false or \(SSLMode.order.joined(separator: ", "))")
      }
      return mode
    }
  }

  private static func wholeSeconds(_ value: String) throws(ConfigurationError) -> String {
    guard let seconds = Double(value), (0...1e6).contains(seconds) else {
      throw ConfigurationError(description: "timeout=\(value) is no number of seconds")
    }
    return String(Int(seconds.rounded(.up)))
  }

  private static func isTrue(_ name: String, _ value: String) throws(ConfigurationError) -> Bool {
    switch value.lowercased() {
    case "true", "on", "yes", "1": return true
    case "false", "off", "no", "0": return false
    default: throw ConfigurationError(description: "\(name)=\(value) is not understood; true or false")
    }
  }

  // MARK: What is not libpq's

  /// They tell a driver, SQLAlchemy, Prisma or Rails how to go about something that is done otherwise here.
  private static let meaningless: Set<String> = [
    "async_fallback", "async_creator_fn", "autocommit", "charset", "command_timeout", "conn_health_checks",
    "conn_max_age",
    "connection_limit", "echo", "encoding", "executemany_batch_page_size", "executemany_mode",
    "executemany_values_page_size", "max_cacheable_statement_size", "max_cached_statement_lifetime", "max_overflow",
    "native_inet_types", "plugin", "pool", "pool_pre_ping", "pool_recycle", "pool_size", "pool_timeout",
    "pool_use_lifo",
    "prepare_threshold", "prepared_statement_name_func", "use_native_hstore", "use_native_unicode", "use_native_uuid",
  ]

  /// What to write instead.
  private static let advice = [
    "server_settings": "options=-c%20NAME%3DVALUE", "schema": "options=-c%20search_path%3DNAME",
    "search_path": "options=-c%20search_path%3DNAME", "currentSchema": "options=-c%20search_path%3DNAME",
    "servicefile": "the variable PGSERVICEFILE", "direct_tls": "ssl=require", "ssl_context": "ssl=verify-full",
    "ssl_require": "ssl=require", "sslfactory": "sslmode=verify-full", "username": "user",
  ]

  private static func unknown(_ name: String, _ isSecret: Bool) -> ConfigurationError {
    if isSecret {
      return ConfigurationError(
        description: "a parameter behind the ? is not understood; "
          + "or it belongs to a password, in which / @ and ? have to be written %2F, %40 and %3F")
    }
    let advice = advice[name].map { "; write \($0) instead" } ?? ""
    return ConfigurationError(description: "the parameter \"\(name)\" is not understood\(advice)")
  }
}

/// How TLS is asked for (libpq's `sslmode`).
enum SSLMode {
  /// From the weakest to the strongest.
  static let order = ["disable", "allow", "prefer", "require", "verify-ca", "verify-full"]

  /// The stronger one; an unknown one is left to libpq, which refuses it.
  static func stronger(_ one: String, _ other: String) -> String {
    guard let first = order.firstIndex(of: one), let second = order.firstIndex(of: other) else { return other }
    return first < second ? other : one
  }
}
