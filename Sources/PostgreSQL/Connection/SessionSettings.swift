internal import EventLoop

/// What this module sets for itself in each session, unless whoever wrote the URL, PGOPTIONS or a service file has set it.
///
/// Not sent when the connection is made, since poolers refuse there what they do not know (PgBouncer: "unsupported startup
/// parameter"), or swallow it (its `ignore_startup_parameters`). A session that is ours alone is asked once; one behind a
/// pooler, whose next statement may reach another server connection, at the beginning of each transaction.
struct SessionSettings: Sendable {
  private let names: [String]
  private let values: [String]

  init(_ configuration: DatabaseConfiguration) {
    var settings: [(name: String, value: String)] = []
    if configuration.statementTimeout > .zero {
      settings.append(("statement_timeout", String(Self.serverTimeout(configuration.statementTimeout))))
    }
    settings.append(("lock_timeout", Self.lockTimeout))
    if configuration.usesGenericPlans { settings.append(("plan_cache_mode", "force_generic_plan")) }
    (names, values) = (settings.map(\.name), settings.map(\.value))
  }

  /// A statement that waits for a lock holds a connection. Reads are asked again, see `Fate`.
  static let lockTimeout = "1000"

  /// Milliseconds. The server breaks off what takes too long a little before it is given up here, because then it is
  /// certain that it was not applied.
  private static func serverTimeout(_ limit: Duration) -> Int64 {
    let (seconds, attoseconds) = (limit * 0.95).components
    return max(1, min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000)
  }

  /// Asks whether the process that answers is the one that the connection was made to, and if so, sets what nobody else
  /// has set; for the session then, else for this transaction. The second column has the names of what was set.
  func introduction(_ process: Int32) -> SQL {
    """
    SELECT pg_backend_pid() = \(process), array_agg(s.name) FILTER (
      WHERE set_config(s.name, s.value, pg_backend_pid() <> \(process)) IS NOT NULL)
    FROM unnest(\(names), \(values)) AS s (name, value) JOIN pg_settings p ON p.name = s.name AND p.source <> 'client'
    """
  }

  /// What sets those of these names for one transaction; nil where that is none.
  func beginning(_ wanted: [String]) -> SQL? {
    let kept = names.indices.filter { wanted.contains(names[$0]) }
    guard !kept.isEmpty else { return nil }
    return """
      SELECT set_config(s.name, s.value, true) \
      FROM unnest(\(kept.map { names[$0] }), \(kept.map { values[$0] })) AS s (name, value)
      """
  }
}

/// What a connection leads to.
struct Introduction {
  /// The server process that the connection was made to executes what is sent on it; else a pooler stands between.
  var isDirect = false
  /// What was set.
  var settings: [String] = []

  init() {}

  init(_ result: QueryResult) throws(DecodingFailure) {
    isDirect = try result.decode(0, 0, as: Bool.self)
    settings = try result.decode(0, 1, as: [String]?.self) ?? []
  }
}
