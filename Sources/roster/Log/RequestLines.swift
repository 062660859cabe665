internal import EventLoop
internal import Gateway
internal import Logging

/// Which requests the log tells of, and how.
struct RequestLines {
  var level: AccessLog.Level
  /// From which time on a request is a slow one.
  var slow: Duration
  var format: LogFormat

  /// What tells of the requests of a worker, whose place among them this is; nil where nothing is to be told.
  @LoopActor func log(worker: Int?) -> AccessLog? {
    guard level != .off else { return nil }
    return AccessLog(level, limit: slow) { [self] record in
      LogOutput.standardError.write(LogEntry(record, slow: slow, worker: worker), as: format)
    }
  }
}

extension LogEntry {
  /// The line of a request. What it has of the request's is bounded, or of letters, digits and signs without a space, so that
  /// nothing in it looks like a field of its own.
  init(_ record: AccessRecord, slow: Duration, worker: Int?) {
    let isSlow = record.nanoseconds.map { $0 >= slow.nanoseconds } ?? false
    level = record.status == 500 ? .error : record.status > 500 || isSlow ? .warning : .info
    message = "request"
    let fields: [(String, Value?)] = [
      ("request_id", .text(record.id)), ("trace_id", record.trace.map(Value.text)),
      ("method", .text(record.method)), ("route", .text(record.route)), ("path", .text(record.path)),
      ("status", .number(record.status)),
      ("duration_ms", record.nanoseconds.map(Value.milliseconds)),
      ("db_ms", record.database.map { .milliseconds(ofNanoseconds: $0.nanoseconds) }),
      ("queue_ms", record.database.map { .milliseconds(ofNanoseconds: $0.queuedNanoseconds) }),
      ("bytes_in", record.bytesIn.map(Value.number)), ("bytes_out", .number(record.bytesOut)),
      ("peer", record.peer.map(Value.text)), ("key", record.key.map(Value.text)),
      ("worker", worker.map(Value.number)), ("backend", record.backend.map(Value.number)),
      ("aborted", record.isAborted ? .yes : nil), ("repeated", record.count > 1 ? .number(record.count) : nil),
    ]
    self.fields = fields.compactMap { name, value in value.map { (name, $0) } }
  }
}
