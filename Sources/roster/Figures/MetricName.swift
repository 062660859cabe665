/// The names of the program's own figures; those of requests are `RequestMeter`'s. Documentation/metrics.md explains them.
enum MetricName {
  // MARK: Of each worker

  static let connections = "roster_fastcgi_connections"
  static let accepted = "roster_fastcgi_connections_accepted_total"
  static let aborted = "roster_requests_aborted_total"
  static let refused = "roster_requests_refused_total"
  static let lag = "roster_event_loop_lag_seconds"
  static let databaseUp = "roster_db_up"
  static let databaseConnections = "roster_db_connections"
  static let databaseLimit = "roster_db_connections_limit"
  static let databasePending = "roster_db_pending_requests"
  static let databaseTimeouts = "roster_db_timeouts_total"
  static let databaseWait = "roster_db_wait_seconds"
  static let statementDuration = "roster_db_statement_duration_seconds"
  static let droppedLines = "roster_log_dropped_lines_total"

  // MARK: Of each process

  static let memory = "process_resident_memory_bytes"
  static let processor = "process_cpu_seconds_total"
  static let descriptors = "process_open_fds"

  // MARK: Of the service

  static let sockets = "roster_socket_info"
  static let listenQueue = "roster_listen_queue"
  static let listenQueueLimit = "roster_listen_queue_limit"
  static let workers = "roster_workers"
  static let restarts = "roster_worker_restarts_total"
  static let reloads = "roster_reloads_total"
  static let lastReload = "roster_last_reload_success_timestamp_seconds"
  static let started = "process_start_time_seconds"
  static let build = "roster_build_info"
}
