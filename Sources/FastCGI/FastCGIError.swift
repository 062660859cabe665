internal import Glibc

/// Why a server cannot start.
public enum FastCGIError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Neither `unix:PATH` nor `HOST:PORT`.
  case malformedAddress(String)
  /// A process answers on the Unix socket's path.
  case addressInUse(String)
  /// The path leads to something that is no socket.
  case notASocket(String)
  /// The path is longer than the 107 bytes of a Unix socket's address.
  case pathTooLong(String)
  /// Root makes no socket at the path for another user, for this reason; and that user cannot.
  case hazardousForRoot(String, reason: String)
  /// The host's name has no address; with the resolver's reason.
  case unknownHost(String, reason: String)
  /// An entry of FCGI_WEB_SERVER_ADDRS is no IPv4 or IPv6 address.
  case malformedWebServerAddress(String)
  /// The system refused an operation on this.
  case system(String, errno: Int32)
  /// What the process was started with, described so, is no socket that listens for streams.
  case notListening(String)
  /// libfcgi does not call the functions of its OS layer that this module defines.
  case libraryNotOverridden

  /// One line of English that says what to do where that is not obvious.
  public var description: String {
    switch self {
    case .malformedAddress(let address): "\(address): an address is unix:PATH, HOST:PORT or [IPv6]:PORT"
    case .addressInUse(let path): "\(path): another process listens there; stop it first or use another path"
    case .notASocket(let path): "\(path): exists and is no socket; it was left alone"
    case .pathTooLong(let path): "\(path): too long for a Unix socket (107 bytes)"
    case .hazardousForRoot(let path, let reason):
      """
      \(path): root makes a socket for another user only where root alone may write, else that user must be able to: \
      \(reason)
      """
    case .unknownHost(let host, let reason): "\(host): \(reason)"
    case .malformedWebServerAddress(let text): "FCGI_WEB_SERVER_ADDRS: \"\(text)\" is no IPv4 or IPv6 address"
    case .system(let subject, let errno): "\(subject): \(String(cString: strerror(errno)))"
    case .notListening(let subject): "\(subject): no listening stream socket"
    case .libraryNotOverridden:
      "libfcgi does not use this program's OS layer; link it dynamically (libfcgi.so) and export OS_Read and OS_Write"
    }
  }
}
