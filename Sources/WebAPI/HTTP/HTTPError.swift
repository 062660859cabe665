/// An answer that a handler throws: a status and what FastAPI's clients find under `detail`.
public struct HTTPError: Error, Hashable, Sendable {
  /// The status code, 4xx or 5xx.
  public let status: Int
  /// What the client is told.
  public let detail: String
  /// Header fields besides Content-Type.
  public let headers: [Header]

  /// A header field.
  public struct Header: Hashable, Sendable {
    let name: String
    let value: String
  }

  /// An error with a status, what the client is told, and header fields.
  public init(_ status: Int, _ detail: String, headers: KeyValuePairs<String, String> = [:]) {
    self.status = status
    self.detail = detail
    self.headers = headers.map { Header(name: $0.key, value: $0.value) }
  }

  /// The service cannot answer now, nothing was applied, and the client may try again after `seconds`
  /// (RFC 9110, sections 15.6.4 and 10.2.3).
  public static func unavailable(_ detail: String, retryAfter seconds: Int = 1) -> HTTPError {
    HTTPError(503, detail, headers: ["Retry-After": String(seconds)])
  }

  /// `{"detail":"…"}` with the status and the headers.
  public var response: Response {
    var writer = JSONWriter()
    writer.raw("{\"detail\":")
    writer.string(detail)
    writer.raw("}")
    var response = Response(status: status, json: writer.bytes)
    response.headers += headers.map { ($0.name, $0.value) }
    return response
  }
}
