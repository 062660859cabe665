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
  package func parts(isHead: Bool, _ log: (Notice) -> Void) -> (head: [UInt8], body: [UInt8]) {
    if let flaw {
      log(.responseInvalid(flaw))
      return Response.internalError.parts(isHead: isHead, log)
    }
    var head: [UInt8] = []
    head.reserveCapacity(128)
    writeHead(to: &head)
    return (head, hasContent && !isHead ? body : [])
  }

  /// Statuses that never have content, and no Content-Length either (RFC 9110, section 8.6).
  private var hasContent: Bool { status != 204 && status != 304 }

  /// Why the response cannot be sent as it is.
  private var flaw: String? {
    guard (200...999).contains(status) else { return "the status \(status)" }
    for (name, value) in headers {
      guard !name.isEmpty, all(name, isTokenByte) else { return "a header's name that is no token" }
      guard all(value, { $0 != 13 && $0 != 10 && $0 != 0 }) else {
        return "a line break or NUL in the header \(name)"
      }
    }
    return nil
  }

  /// Appends the CGI header (RFC 3875, section 6.3) up to the empty line.
  private func writeHead(to bytes: inout [UInt8]) {
    bytes.append("Status: ")
    bytes.append(decimal: status)
    bytes.append(" ")
    bytes.append(reasonPhrase(status))
    for (name, value) in headers where !isOwn(name) {
      bytes.append("\r\n")
      bytes.append(contentsOf: name.utf8)
      bytes.append(": ")
      bytes.append(contentsOf: value.utf8)
    }
    if hasContent {
      bytes.append("\r\nContent-Length: ")
      bytes.append(decimal: body.count)
    }
    bytes.append("\r\n\r\n")
  }

  /// Stands in for a response that cannot be sent.
  private static let internalError = Response(
    status: 500, headers: [("Content-Type", "application/json")],
    body: Array(#"{"detail":"Internal Server Error"}"#.utf8))

  private func all(_ text: String, _ isAllowed: (UInt8) -> Bool) -> Bool {
    var text = text
    return text.withUTF8 { $0.allSatisfy(isAllowed) }  // the buffer is several times faster than the view
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

extension [UInt8] {
  fileprivate mutating func append(_ literal: StaticString) {
    literal.withUTF8Buffer { append(contentsOf: $0) }
  }

  /// `number` is not negative.
  fileprivate mutating func append(decimal number: Int) {
    if number >= 10 { append(decimal: number / 10) }
    append(UInt8(truncatingIfNeeded: 48 + number % 10))
  }
}
