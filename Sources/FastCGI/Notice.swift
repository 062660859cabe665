internal import Glibc

/// Something that an operator may want to know; none of it stops the server.
public enum Notice: Sendable, CustomStringConvertible {
  /// A peer did not speak FastCGI; its connection was closed.
  case violation(Violation)
  /// A request did not arrive within ``ServerConfiguration/partialRequestTimeout``.
  case partialRequestTimedOut
  /// A piece of a body that is read as it arrives did not come within ``ServerConfiguration/partialRequestTimeout``.
  case bodyTimedOut
  /// A peer did not read its response within ``ServerConfiguration/unreadResponseTimeout``.
  case responseUnread
  /// A peer whose address is not among ``ServerConfiguration/webServerAddresses`` was turned away.
  case peerRefused
  /// What waits takes ``ServerConfiguration/memoryLimit``; further requests are refused.
  case outOfMemory
  /// What a response is made of ended with an error, after its beginning was sent; its connection was closed.
  case responseBroken(String)
  /// Accepting failed with this system error, for the lack of descriptors or memory; it is tried again shortly.
  case acceptFailed(errno: Int32)
  /// There were ``ServerConfiguration/connections``, or as many as the system permits: one without a request has ended
  /// for a further one.
  case madeWay
  /// There are as many, and each has a request; further ones wait.
  case noPlace
  /// The responder made a response that cannot be sent (a line break in a header, a wrong status): 500 was sent.
  case responseInvalid(String)

  /// What is alike of notices that come again and again: one of a few.
  public var cause: String {
    switch self {
    case .responseInvalid: "response replaced by 500"
    case .responseBroken: "connection closed in the middle of a response"
    default: description
    }
  }

  /// One line of English.
  public var description: String {
    switch self {
    case .violation(let violation): "connection closed: the web server sent \(violation.rawValue)"
    case .partialRequestTimedOut: "connection closed: a request did not arrive in time"
    case .bodyTimedOut: "a body broke off: its next part did not arrive in time"
    case .responseUnread: "connection closed: the web server did not read the response in time"
    case .peerRefused: "connection refused: the peer's address is not among the web servers'"
    case .outOfMemory: "requests are refused: those that wait take as much memory as they may"
    case .responseBroken(let reason): "connection closed in the middle of a response: \(reason)"
    case .acceptFailed(let errno): "connections cannot be accepted: \(String(cString: strerror(errno)))"
    case .madeWay: "connections are as many as there may be: those without a request end, the longest idle ones first"
    case .noPlace: "connections are as many as there may be, and each has a request: further ones wait"
    case .responseInvalid(let reason): "response replaced by 500: \(reason)"
    }
  }
}
