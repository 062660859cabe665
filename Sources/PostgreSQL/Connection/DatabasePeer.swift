/// What a connection leads to, as libpq and the server say: for the log, and for whoever checks a configuration.
public struct DatabasePeer: Hashable, Sendable, CustomStringConvertible {
  /// The host that was connected to, of several; a socket's folder.
  public let host: String
  /// Its port.
  public let port: String
  /// The database.
  public let database: String
  /// The role.
  public let user: String
  /// The version of TLS, such as `TLSv1.3`; nil without it.
  public let tls: String?
  /// What the server calls its version.
  public let version: String
  /// Whether something stands between that gives a number of its own for the server's process: PgBouncer and its like.
  public var isPooled = false

  /// All of it in one line.
  public var description: String {
    let security = tls ?? (host.hasPrefix("/") || host.hasPrefix("@") ? "a Unix socket" : "no TLS")
    let place = "host \(host), port \(port), database \(database), user \(user), \(security)"
    return "PostgreSQL \(version) at \(place)\(isPooled ? ", through a pooler" : "")"
  }
}
