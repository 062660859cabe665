internal import EventLoop
internal import FastCGI
internal import WebAPI

/// What is told of a request.
public struct AccessRecord: Sendable {
  /// What the web server calls it, else what it is called here.
  public let id: String
  /// The trace that it belongs to, if it says so.
  public let trace: String?
  /// As HTTP knows them; any other is `_OTHER`.
  public let method: String
  /// The operation's path as it is declared, or `unmatched`.
  public let route: String
  /// The path that was asked for, encoded as an address has it; without the query.
  public let path: String
  /// Of the answer.
  public let status: Int
  /// Until the beginning of the answer was made, as the metrics have it; nil where the request was refused unread.
  public let nanoseconds: Int64?
  /// How long the database took for its statements, and how long they waited before; nil without one.
  public let database: (nanoseconds: Int64, queuedNanoseconds: Int64)?
  /// The server process that was the last to execute one of them.
  public let backend: Int?
  /// Of its body; nil where nobody knows.
  public let bytesIn: Int?
  /// Of the answer's body.
  public let bytesOut: Int
  /// The name of its key, if that is valid.
  public let key: String?
  /// The client's address, where the web server says it.
  public let peer: String?
  /// Whether nobody has waited for the end of the answer.
  public let isAborted: Bool
  /// How many there were of the kind since the last one that was told of; 1: this one.
  public internal(set) var count = 1
}

extension AccessRecord {
  @LoopActor init(_ answered: AccessLog.Answered, bytesOut: Int, isAborted: Bool) {
    let (request, http, kind) = (answered.request, answered.http, answered.kind)
    id = (http.id ?? .made()).text
    trace = http.trace?.traceID
    (method, route, status) = (kind.method, kind.route, kind.status)
    path = http.encodedPath
    nanoseconds = answered.nanoseconds
    let waits = Waits.ofTask
    database = waits.flatMap { $0.hasWaited ? ($0.answered, $0.queued) : nil }
    backend = waits.flatMap { $0.server == 0 ? nil : Int($0.server) }
    bytesIn = request.rest == nil ? request.body.count : request.contentLength
    self.bytesOut = bytesOut
    key = answered.api?.caller(of: http)?.name
    peer = request.parameter("REMOTE_ADDR").flatMap { $0.utf8.allSatisfy { (0x21..<0x7F).contains($0) } ? $0 : nil }
    self.isAborted = isAborted || Task.isCancelled
  }
}
