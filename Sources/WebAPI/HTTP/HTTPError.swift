/// An answer that a handler throws: a status and what FastAPI's clients find under `detail`.
public struct HTTPError: AnsweringError, Hashable {
  /// The status code, 400 to 599. Another one is no error: an operation that declares it is one of ``API/problems()``, and
  /// thrown it is answered with 500.
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

  /// Why it cannot be the answer to a request.
  var flaw: (any Error)? {
    guard isError else { return NoError(status: status) }
    return headers.lazy.compactMap { UnsendableField($0.name, $0.value) }.first
  }

  var isError: Bool { 400...599 ~= status }
}

/// Something was thrown that is no error.
private struct NoError: Error, CustomStringConvertible {
  let status: Int

  var description: String {
    "HTTPError(\(status)) was thrown, whose status is no error's (400 to 599); other answers are returned, see Answer"
  }
}
