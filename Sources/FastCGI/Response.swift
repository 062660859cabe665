/// What a responder answers.
public struct Response: Sendable {
  /// 200 to 999; another one is sent as 500.
  public var status: Int
  /// Header fields in the order in which they are sent. `Status` and `Content-Length` are the server's own: fields of
  /// these names are left out. A name that is no token or a value with CR, LF or NUL turns the response into a 500.
  public var headers: [(name: String, value: String)]
  /// The content; not sent with 204, 304, or in answer to HEAD.
  public var body: [UInt8]

  /// A response with these parts.
  public init(status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
    self.status = status
    self.headers = headers
    self.body = body
  }
}

extension Response {
  /// What is sent: the CGI header and the content, or those of a 500 where the response cannot be sent.
  func parts(isHead: Bool, _ log: (Notice) -> Void) -> (head: [UInt8], body: [UInt8]) {
    if let flaw {
      log(.responseInvalid(flaw))
      return Response.internalError.parts(isHead: isHead, log)
    }
    var head: [UInt8] = []
    head.reserveCapacity(256)
    writeHead(to: &head)
    return (head, hasContent && !isHead ? body : [])
  }

  /// Statuses that never have content, and no Content-Length either (RFC 9110, section 8.6).
  private var hasContent: Bool { status != 204 && status != 304 }

  /// Why the response cannot be sent as it is.
  private var flaw: String? {
    guard (200...999).contains(status) else { return "the status \(status)" }
    for (name, value) in headers {
      guard !name.isEmpty, name.utf8.allSatisfy(isTokenByte) else { return "a header's name that is no token" }
      guard !value.utf8.contains(where: { $0 == 13 || $0 == 10 || $0 == 0 }) else {
        return "a line break or NUL in the header \(name)"
      }
    }
    return nil
  }

  /// Appends the CGI header (RFC 3875, section 6.3) up to the empty line.
  private func writeHead(to bytes: inout [UInt8]) {
    append(&bytes, "Status: ", String(status), " ", reasonPhrase(status))
    for (name, value) in headers where !isOwn(name) { append(&bytes, "\r\n", name, ": ", value) }
    if hasContent { append(&bytes, "\r\nContent-Length: ", String(body.count)) }
    append(&bytes, "\r\n\r\n")
  }

  /// Stands in for a response that cannot be sent.
  private static let internalError = Response(
    status: 500, headers: [("Content-Type", "application/json")],
    body: Array(#"{"detail":"Internal Server Error"}"#.utf8))

  private func append(_ bytes: inout [UInt8], _ parts: String...) {
    for part in parts { bytes.append(contentsOf: part.utf8) }
  }

  private func isOwn(_ name: String) -> Bool {
    switch name.utf8.count {
    case 6: name.lowercased() == "status"
    case 14: name.lowercased() == "content-length"
    default: false
    }
  }
}

/// RFC 9110, section 5.6.2.
private func isTokenByte(_ byte: UInt8) -> Bool {
  switch byte {
  case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
  case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
  default: "!#$%&'*+.^_`|~".utf8.contains(byte)
  }
}
