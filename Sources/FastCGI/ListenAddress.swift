/// Where a server listens.
public enum ListenAddress: Hashable, Sendable, CustomStringConvertible {
  /// A Unix socket's path.
  case unix(path: String)
  /// A name or an address (IPv6 without brackets), and a port.
  case tcp(host: String, port: UInt16)

  /// Reads `unix:PATH`, `HOST:PORT` or `[IPv6]:PORT`. Throws ``FastCGIError/malformedAddress(_:)``.
  public init(_ text: String) throws(FastCGIError) {
    if text.hasPrefix("unix:"), text.utf8.count > 5, !text.utf8.contains(0) {
      self = .unix(path: String(text.dropFirst(5)))
      return
    }
    guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]),
      let host = ListenAddress.host(text[..<colon])
    else { throw .malformedAddress(text) }
    self = .tcp(host: host, port: port)
  }

  /// The text that ``init(_:)`` reads.
  public var description: String {
    switch self {
    case .unix(let path): "unix:\(path)"
    case .tcp(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
  }

  /// Why root opens no socket here for another user, nil where it may: who can write in a Unix socket's directory, or in one
  /// on the way to it, could put a file of root's in its place before it is given away.
  public var hazardForRoot: String? {
    switch self {
    case .unix(let path): UnixSocketFile.hazardForRoot(path)
    case .tcp: nil
    }
  }

  private static func host(_ text: Substring) -> String? {
    if text.hasPrefix("["), text.hasSuffix("]"), text.count > 2 { return String(text.dropFirst().dropLast()) }
    return text.isEmpty || text.contains(where: { ":[]".contains($0) }) || text.utf8.contains(0) ? nil : String(text)
  }
}
