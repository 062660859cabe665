/// How many connections a pool has, and how long things may take.
public struct PoolOptions: Sendable {
  /// Connections; all are opened at the start.
  public var size = 8
  /// How long a statement waits for a connection while there is none, before it fails with `.unavailable`.
  public var timeout: Duration = .seconds(5)
  /// The same while there are connections and all are busy; no longer than `timeout`. Waiting longer would not let more
  /// statements through: the queue would only be older.
  public var busyTimeout: Duration = .milliseconds(500)
  /// The age at which a connection is replaced, as soon as it is idle. nil: never.
  public var recycle: Duration?
  /// Statements that may wait for a connection; one more fails at once.
  public var queue = 1024
  /// Whether each statement is logged with its values, as SQLAlchemy's `echo` does.
  public var echo = false
  /// Statements on the way on one connection. More makes fewer, larger writes; less keeps others from waiting behind
  /// a slow statement.
  public var pipelineDepth = 64

  /// The defaults.
  public init() {}
}

/// What a pool is doing, for health checks and metrics.
public struct PoolStatus: Hashable, Sendable {
  /// Connections that are established.
  public let connections: Int
  /// Of them, those without any work.
  public let idle: Int
  /// Of them, those with work.
  public let busy: Int
  /// Statements that wait for a connection.
  public let waiting: Int
  /// Statements that have waited in vain for a connection, since the start.
  public var timeouts = 0
  /// Why the last attempt to connect failed, or the last connection was lost; nil since all is well again.
  public let lastError: String?
}
