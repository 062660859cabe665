import EventLoop
import Testing

@testable import roster

/// Readings as of a service with two workers, for the tests of what is shown of them.
struct TopReadings {
  var second = 0
  var started = 1000
  /// Of the second worker.
  var process = 102
  var requests = (0, 0)
  /// Of GET /users/, of 1 ms at most; and of POST /users/, of 250 ms at most, all of which fail.
  var counts = (0, 0)
  /// JSON.
  var slowest = "[]"

  /// What /status and /metrics say.
  func reading() throws -> TopReading {
    let status = """
      {"pool":"roster","start time":\(started),"start since":\(second + 3661),"accepted conn":\(40 * second),"listen queue":2,\
      "listen queue len":4096,"total processes":2,"processes at work":2,"requests":\(requests.0 + requests.1),\
      "active requests":3,"aborted requests":0,"refused requests":0,"connections":24,"database connections used":8,\
      "database connections idle":7,"database connections limit":16,"database statements waiting":5,"database timeouts":0,\
      "worker restarts":1,"reloads done":2,"reloads given up":0,"processes":[\
      {"worker":1,"pid":101,"generation":3,"state":"Running","start since":60,"requests":\(requests.0),"active requests":2,\
      "connections":12,"memory":12582912,"descriptors":30},\
      {"worker":2,"pid":\(process),"generation":3,"state":"Idle","start since":90061,"requests":\(requests.1),\
      "active requests":1,"connections":12,"memory":2147483648,"descriptors":30}],"slowest requests":\(slowest)}
      """
    let (read, create) = counts
    let metrics = """
      # TYPE http_server_request_duration_seconds histogram
      \(buckets(#"http_request_method="GET",http_route="/users/",http_response_status_code="200""#, read, read, read))
      \(buckets(#"http_request_method="POST",http_route="/users/",http_response_status_code="503""#, 0, create, create))
      roster_db_wait_seconds_bucket{le="0.001"} \(read)
      roster_db_wait_seconds_bucket{le="+Inf"} \(read)
      roster_db_statement_duration_seconds_bucket{le="0.001"} 0
      roster_db_statement_duration_seconds_bucket{le="0.25"} \(read)
      roster_db_statement_duration_seconds_bucket{le="+Inf"} \(read)
      """
    return try #require(
      TopReading(
        status: Array(status.utf8), metrics: Array(metrics.utf8),
        at: MonotonicTime(nanoseconds: Int64(second) * 1_000_000_000)))
  }

  private func buckets(_ labels: String, _ first: Int, _ second: Int, _ all: Int) -> String {
    zip(["0.001", "0.25", "+Inf"], [first, second, all]).map { bound, count in
      "http_server_request_duration_seconds_bucket{\(labels),le=\"\(bound)\"} \(count)"
    }.joined(separator: "\n")
  }
}
