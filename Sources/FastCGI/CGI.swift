internal import EventLoop
internal import Glibc

/// One request per process (RFC 3875), for web servers that know nothing else.
public enum CGI {
  /// Whether the process was started as a CGI program: GATEWAY_INTERFACE is set, and descriptor 0 does not listen.
  public static var isInvocation: Bool {
    getenv("GATEWAY_INTERFACE") != nil && !ListeningSocket.isListening(0)
  }

  /// Answers the process's one request on its standard output. Waits for its standard input, which is read up to
  /// CONTENT_LENGTH. `log` gets what an operator may want to know.
  @LoopActor public static func respond(
    _ configuration: ServerConfiguration = ServerConfiguration(), log: @LoopActor (Notice) -> Void = { _ in },
    _ responder: Responder
  ) async {
    let (body, refusal) = readBody(limit: configuration.bodyLimit)
    let request = Request(environment: environ, body: body)
    let response: Response
    if let refusal = refusal ?? (request.isBodyComplete ? nil : .incompleteBody) {
      response = configuration.refuse(refusal)
    } else {
      response = await responder(request)
    }
    write(response.checked { log($0) }.document(isHead: request.isHead))
  }

  /// Standard input, as far as CONTENT_LENGTH goes (RFC 3875, section 4.2).
  private static func readBody(limit: Int) -> ([UInt8], Refusal?) {
    guard let length = getenv("CONTENT_LENGTH").flatMap({ Int(String(cString: $0)) }), length > 0 else {
      return ([], nil)
    }
    guard length <= limit else { return ([], .bodyTooLarge) }
    var body = [UInt8](repeating: 0, count: length)
    var end = 0
    while end < length {
      let count = body.withUnsafeMutableBytes { read(0, $0.baseAddress.map { $0 + end }, length - end) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      end += count
    }
    return (Array(body[..<end]), nil)
  }

  private static func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(1, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
