internal import EventLoop

/// A request that is answered without the responder.
public enum Refusal: Sendable, CaseIterable {
  /// Beyond ``ServerConfiguration/bodyLimit``, or that of ``BodyReading``: 413.
  case bodyTooLarge
  /// Beyond ``ServerConfiguration/parametersLimit`` or ``ServerConfiguration/parameterCountLimit``: 431.
  case parametersTooLarge
  /// stdin had not the number of bytes that CONTENT_LENGTH announced (RFC 3875, section 4.1.2): 400.
  case incompleteBody
  /// What waits already takes ``ServerConfiguration/memoryLimit``: 503 with Retry-After.
  case outOfMemory

  /// The answer in FastAPI's shape, `{"detail": …}`.
  public var response: Response {
    let (status, detail) =
      switch self {
      case .bodyTooLarge: (413, "Content Too Large")
      case .parametersTooLarge: (431, "Request header fields too large")
      case .incompleteBody: (400, "Incomplete request body")
      case .outOfMemory: (503, "Service Unavailable")
      }
    let retry = status == 503 ? [("Retry-After", "1")] : []
    return Response(
      status: status, headers: [("Content-Type", "application/json")] + retry,
      body: Array(#"{"detail":"\#(detail)"}"#.utf8))
  }
}

/// How a responder wants the body of a request.
public enum BodyReading: Hashable, Sendable {
  /// As ``Request/body``: the request is answered when it is complete.
  case whole
  /// As it arrives: ``Request/body`` is its beginning, ``Request/rest`` what follows. `limit` bytes at most; nil:
  /// ``ServerConfiguration/bodyLimit``.
  case pieces(limit: Int?)
}

/// What a ``Server`` permits and how long it waits.
public struct ServerConfiguration: Sendable {
  /// Bytes of a request's body; a larger one is refused as ``Refusal/bodyTooLarge``.
  public var bodyLimit = 1 << 20
  /// Bytes that all requests together may keep, from their arrival to their answers: what has arrived of them, and what a
  /// responder makes of a body, which is charged as six copies of it. Beyond it a request is refused as
  /// ``Refusal/outOfMemory``; 4 KiB for each connection are free. With less than ``leastMemory(bodyLimit:)`` the longest
  /// body would never be taken.
  public var memoryLimit = 64 << 20
  /// Bytes of a request's parameters. nginx itself takes at most 32 KiB of header lines by default.
  public var parametersLimit = 128 << 10
  /// Number of a request's parameters.
  public var parameterCountLimit = 2000
  /// Connections at the same time. For a further one, one without a request ends; where each has one, it waits in the
  /// listen queue. It is also what FCGI_GET_VALUES is answered.
  public var connections = 4096
  /// How long a request may take to arrive, from its first byte; with a body that is read as it arrives, how long the
  /// responder waits for each piece. A connection without a request has no such limit.
  public var partialRequestTimeout: Duration = .seconds(20)
  /// How long a peer may leave a response unread; each byte that it takes starts the time again.
  public var unreadResponseTimeout: Duration = .seconds(30)
  /// How long a connection that ends waits for the peer's end, so that no response is lost in a reset.
  public var closeTimeout: Duration = .seconds(2)
  /// Addresses (IPv4, IPv6) that may connect over TCP; nil: those of the environment's FCGI_WEB_SERVER_ADDRS
  /// (section 3.2 of the FastCGI specification), or every one where that is not set.
  public var webServerAddresses: [String]?
  /// How a responder wants a body that has begun to arrive, by the request without it. It is not asked about one that comes
  /// together with the parameters, as most do. Nil: each is wanted whole.
  public var bodyReading: (@LoopActor @Sendable (Request) -> BodyReading)?
  /// The answer to a request that the responder never sees. What was too long of it, its parameters or its body, it has not.
  public var refuse: @LoopActor @Sendable (Refusal, Request) -> Response = { refusal, _ in refusal.response }

  /// The defaults.
  public init() {}

  /// The least ``memoryLimit`` under which a body of `bodyLimit` bytes is taken, if it is alone.
  public static func leastMemory(bodyLimit: Int) -> Int { MemoryAccount.least(bodyLimit: bodyLimit) }
}
