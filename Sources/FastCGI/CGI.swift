internal import EventLoop
internal import Glibc

/// One request per process (RFC 3875), for web servers that know nothing else.
public enum CGI {
  /// Whether the process was started as a CGI program: GATEWAY_INTERFACE is set, and descriptor 0 does not listen.
  public static var isInvocation: Bool {
    getenv("GATEWAY_INTERFACE") != nil && !ListeningSocket.isListening(0)
  }

  /// Answers the process's one request on its standard output. Waits for its standard input, for
  /// ``ServerConfiguration/partialRequestTimeout`` at most. `log` gets what an operator may want to know.
  @LoopActor public static func respond(
    _ configuration: ServerConfiguration = ServerConfiguration(), log: @LoopActor (Notice) -> Void = { _ in },
    _ responder: Responder
  ) async {
    let environment = ParameterList(environment: environ)
    let body = readBody(
      environment.inputLength, limit: configuration.bodyLimit, until: .now() + configuration.partialRequestTimeout)
    let request = Request(environment: environment, body: body ?? [])
    let response: Response
    if body == nil {
      response = configuration.refuse(.bodyTooLarge, request)
    } else if !request.isComplete(request.body.count) {
      response = configuration.refuse(.incompleteBody, request)
    } else {
      response = await Waits.$ofTask.withValue(Waits()) { await responder(request) }
    }
    let checked = response.checked { log($0) }
    write(checked.document(isHead: request.isHead))
    guard let rest = response.rest else { return }
    await rest.ended(checked.rest(isHead: request.isHead) == nil ? .abandoned : write(rest, log))
  }

  @LoopActor private static func write(
    _ rest: Response.Rest, _ log: @LoopActor (Notice) -> Void
  ) async -> Response.Rest.End {
    do {
      while let piece = try await rest.next() {
        guard write(piece) else { return .abandoned }
      }
      return .taken
    } catch {
      log(.responseBroken("\(error)"))
      return .abandoned
    }
  }

  /// Standard input up to `length` bytes or its end; nil beyond `limit`, of which the rest is read and forgotten, since
  /// mod_cgid cuts off the answer of a program that leaves some.
  private static func readBody(_ length: Int, limit: Int, until end: MonotonicTime) -> [UInt8]? {
    var (body, count) = ([UInt8](), 0)
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while count < length, isReadable(until: end) {
      let taken = buffer.withUnsafeMutableBytes { read(0, $0.baseAddress, min($0.count, length - count)) }
      if taken < 0, isTemporary(errno) { continue }
      guard taken > 0 else { break }
      if count + taken <= limit { body += buffer[..<taken] }
      count += taken
    }
    return max(count, length == .max ? 0 : length) <= limit ? body : nil
  }

  private static func isReadable(until end: MonotonicTime) -> Bool {
    var input = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
    while true {
      let left = (end - .now()).nanoseconds / 1_000_000
      let count = poll(&input, 1, Int32(clamping: max(0, left)))
      if count < 0, errno == EINTR { continue }
      return count > 0
    }
  }

  /// Returns whether all of it was taken.
  @discardableResult private static func write(_ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

extension ParameterList {
  /// How much of standard input belongs to the request: what CONTENT_LENGTH says (RFC 3875, section 4.2). Without a number,
  /// all of it where there may be a body: one in chunks has no length, whatever its method, and mod_cgid hands it on. Else
  /// none, for what a launcher has left open might never end.
  fileprivate var inputLength: Int {
    if let length = contentLength { return length }
    let method = withValue("REQUEST_METHOD") { String(decoding: $0, as: UTF8.self) } ?? ""
    let isChunked = withValue("HTTP_TRANSFER_ENCODING") { _ in true } ?? false
    return isChunked || ["POST", "PUT", "PATCH"].contains(method) ? .max : 0
  }
}
