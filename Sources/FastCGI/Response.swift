internal import EventLoop

/// What a responder answers.
public struct Response: Sendable {
  /// 200 to 999; another one is sent as 500.
  public var status: Int
  /// Header fields in the order in which they are sent. `Status` and `Content-Length` are the server's own: fields of
  /// these names are left out. A name that is no token or a value with CR, LF or NUL turns the response into a 500.
  public var headers: [(name: String, value: String)]
  /// The content, or its beginning; not sent with 204, 304, or in answer to HEAD.
  public var body: [UInt8]
  /// What follows it; nil where that is all, and the response has a Content-Length.
  public var rest: Rest?

  /// A response with these parts.
  public init(
    status: Int = 200, headers: [(name: String, value: String)] = [], body: [UInt8] = [], rest: Rest? = nil
  ) {
    self.status = status
    self.headers = headers
    self.body = body
    self.rest = rest
  }
}

extension Response {
  /// What follows the beginning of a content, piece by piece.
  public final class Rest: Sendable {
    /// How a content has ended.
    public enum End: Sendable {
      /// The web server has taken all of it.
      case taken
      /// It has not: a piece could not be made, the web server has gone or aborted the request, or there is no content to
      /// be sent, as in answer to HEAD.
      case abandoned
    }

    /// Returns the next piece, and nil behind the last. It is asked for a piece when the web server has taken the one before,
    /// by a task that is cancelled when nobody wants it any more. An error breaks the connection off, so that the client sees
    /// that something is missing.
    public let next: @LoopActor @Sendable () async throws -> [UInt8]?
    /// Told once, when no more pieces will be asked for, whether there were any or not; the request lasts until it returns.
    public let ended: @LoopActor @Sendable (End) async -> Void

    /// Pieces that `next` makes, and what is to be done behind them.
    public init(
      _ next: @escaping @LoopActor @Sendable () async throws -> [UInt8]?,
      ended: @escaping @LoopActor @Sendable (End) async -> Void = { _ in }
    ) {
      (self.next, self.ended) = (next, ended)
    }
  }
}

extension Response {
  /// This response, or the 500 that stands in for one which cannot be sent.
  package func checked(_ log: (Notice) -> Void) -> Response {
    guard let flaw else { return self }
    log(.responseInvalid(flaw))
    return Response.internalError
  }

  /// What a CGI program prints: the header and the content.
  func document(isHead: Bool) -> [UInt8] {
    let content = content(isHead: isHead)
    return [UInt8](unsafeUninitializedCapacity: headLength + content.count) { memory, count in
      var writer = ByteWriter(memory)
      writeHead(to: &writer)
      content.withUnsafeBufferPointer { writer.append($0) }
      count = writer.count
    }
  }

  /// The content that is sent.
  package func content(isHead: Bool) -> [UInt8] { hasContent && !isHead ? body : [] }

  /// What follows the content that is sent with the head.
  package func rest(isHead: Bool) -> Rest? { hasContent && !isHead ? rest : nil }

  private var hasLength: Bool { hasContent && rest == nil }

  /// Statuses that never have content, and no Content-Length either (RFC 9110, section 8.6).
  private var hasContent: Bool { status != 204 && status != 304 }

  /// The longest header that is sent.
  private static let longestHead = 32 << 10

  /// Why the response cannot be sent as it is.
  private var flaw: String? {
    guard (200...999).contains(status) else { return "the status \(status)" }
    var length = 0
    // By index: what is taken out of the array is counted as another reference, which costs as much as looking at it.
    for index in headers.indices {
      length += headers[index].name.utf8.count + headers[index].value.utf8.count + 4
      guard !headers[index].name.isEmpty, all(headers[index].name, isTokenByte) else {
        return "a header's name that is no token"
      }
      guard all(headers[index].value, { $0 != 13 && $0 != 10 && $0 != 0 }) else {
        return "a line break or NUL in the header \(headers[index].name)"
      }
    }
    return length <= Self.longestHead ? nil : "a header of \(length) bytes"
  }

  /// What `writeHead` writes.
  var head: [UInt8] {
    [UInt8](unsafeUninitializedCapacity: headLength) { memory, count in
      var writer = ByteWriter(memory)
      writeHead(to: &writer)
      count = writer.count
    }
  }

  /// Bytes that `writeHead` writes.
  var headLength: Int {
    var length = 9 + ByteWriter.digits(status) + reasonPhrase(status).utf8CodeUnitCount + 4
    for index in headers.indices where !isOwn(headers[index].name) {
      length += headers[index].name.utf8.count + headers[index].value.utf8.count + 4
    }
    return hasLength ? length + 18 + ByteWriter.digits(body.count) : length
  }

  /// Writes the CGI header (RFC 3875, section 6.3) up to the empty line. `Location` comes before `Status`, because HAProxy 2.6
  /// makes a 302 of whatever status it has read before, and a POST that is redirected by 302 becomes a GET.
  func writeHead(to writer: inout ByteWriter) {
    let redirects = status >= 300 && status < 400
    if redirects { writeLocation(to: &writer) }
    writer.append("Status: ")
    writer.append(decimal: status)
    writer.append(" ")
    writer.append(reasonPhrase(status))
    for index in headers.indices
    where !isOwn(headers[index].name) && !(redirects && isLocation(headers[index].name)) {
      writer.append("\r\n")
      writer.append(headers[index].name)
      writer.append(": ")
      writer.append(headers[index].value)
    }
    if hasLength {
      writer.append("\r\nContent-Length: ")
      writer.append(decimal: body.count)
    }
    writer.append("\r\n\r\n")
  }

  private func writeLocation(to writer: inout ByteWriter) {
    for (name, value) in headers where isLocation(name) {
      writer.append(name)
      writer.append(": ")
      writer.append(value)
      writer.append("\r\n")
    }
  }

  /// Stands in for a response that cannot be sent.
  private static let internalError = Response(
    status: 500, headers: [("Content-Type", "application/json")],
    body: Array(#"{"detail":"Internal Server Error"}"#.utf8))

  private func all(_ text: String, _ isAllowed: (UInt8) -> Bool) -> Bool {
    // The buffer is several times faster than the view.
    text.utf8.withContiguousStorageIfAvailable { $0.allSatisfy(isAllowed) } ?? text.utf8.allSatisfy(isAllowed)
  }

  private func isLocation(_ name: String) -> Bool { name.utf8.count == 8 && name.lowercased() == "location" }

  private func isOwn(_ name: String) -> Bool {
    switch name.utf8.count {
    case 6: name.lowercased() == "status"
    case 14: name.lowercased() == "content-length"
    default: false
    }
  }
}

/// RFC 9110, section 5.6.2: letters, digits and "!#$%&'*+-.^_`|~", as a bit for each ASCII character.
private func isTokenByte(_ byte: UInt8) -> Bool {
  let (low, high) = (0x03FF_6CFA_0000_0000 as UInt64, 0x57FF_FFFF_C7FF_FFFE as UInt64)
  return byte < 0x80 && (byte < 64 ? low >> UInt64(byte) : high >> UInt64(byte - 64)) & 1 == 1
}
