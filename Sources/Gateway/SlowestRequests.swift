internal import EventLoop
internal import WebAPI

/// The slowest of the last requests. Pure: the requests and the clock come in.
struct SlowestRequests {
  /// How many there are.
  static let count = 5
  /// How long one is among them.
  static let period = Duration.seconds(10)
  /// A longer path is cut.
  private static let longestPath = 256

  /// A request that was answered.
  struct Entry: Equatable {
    let method: String
    /// Encoded as an address has it; without the query.
    let path: String
    let status: Int
    let nanoseconds: Int64
    /// What the web server calls it, if it says so.
    let id: String?
    let ended: MonotonicTime

    init(_ request: Request, _ response: Response, nanoseconds: Int64, at now: MonotonicTime) {
      method = RequestKind.method(request.method)
      path = String(request.encodedPath.prefix(SlowestRequests.longestPath))
      (status, self.nanoseconds, id, ended) = (response.status, nanoseconds, request.id?.text, now)
    }
  }

  /// The slowest first.
  private(set) var entries: [Entry] = []
  /// What took no longer is none of them.
  private(set) var limit: Int64 = -1

  /// One that took longer than `limit`.
  mutating func add(_ entry: Entry) {
    let place = entries.firstIndex { $0.nanoseconds < entry.nanoseconds } ?? entries.endIndex
    entries.insert(entry, at: place)
    entries.removeLast(max(0, entries.count - Self.count))
    setLimit()
  }

  /// Forgets those of long ago.
  mutating func forget(at now: MonotonicTime) {
    entries.removeAll { now - $0.ended >= Self.period }
    setLimit()
  }

  private mutating func setLimit() {
    limit = entries.count < Self.count ? -1 : entries.last?.nanoseconds ?? -1
  }

  /// As they stand in a note: an array of objects, with names as php-fpm has them, times in microseconds; `ended` is of the
  /// monotonic clock, which is the same in all processes.
  var json: JSONValue {
    .array(
      entries.map { entry in
        var object: JSONValue = [
          "request method": .string(entry.method), "request uri": .string(entry.path),
          "status": .integer(entry.status), "request duration": .integer(Int(entry.nanoseconds / 1000)),
          "ended": .integer(Int(entry.ended.nanoseconds / 1000)),
        ]
        object["request id"] = entry.id.map(JSONValue.string)
        return object
      })
  }
}

extension Request {
  /// The path that was asked for, encoded as an address has it; without the query.
  var encodedPath: String { PercentEncoding.encode(rootPath + path, safe: "/:@!$&'()*+,;=") }
}
