internal import Glibc

/// An address as the system takes it.
struct SocketAddress: Hashable {
  let family: Int32
  private let bytes: [UInt8]

  var name: String { withPointer { FastCGI.name(of: $0, $1) } }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes.prefix($0.count)) }
    return withUnsafePointer(to: &storage) {  // sockets take their addresses as another type
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(bytes.count)) }
    }
  }

  /// Of a Unix socket.
  init(path: String) throws(FastCGIError) {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { throw .pathTooLong(path) }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    (family, bytes) = (AF_UNIX, withUnsafeBytes(of: &address) { Array($0) })
  }

  private init(_ info: addrinfo) {
    let address = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
    (family, bytes) = (info.ai_family, Array(address))
  }

  /// Those of a host, each once; `*` is every address of this machine where they are to listen, else this machine.
  /// `localhost` is both loopback addresses (RFC 6761, section 6.3), whatever /etc/hosts leaves out.
  static func all(of host: String, _ port: UInt16, areToListen: Bool) throws(FastCGIError) -> [SocketAddress] {
    let names = host == "localhost" ? ["127.0.0.1", "::1"] : [host]
    var addresses: [SocketAddress] = []
    for name in names {
      for address in try lookedUp(name, port, areToListen) where !addresses.contains(address) {
        addresses.append(address)
      }
    }
    return addresses
  }

  private static func lookedUp(
    _ host: String, _ port: UInt16, _ areToListen: Bool
  ) throws(FastCGIError) -> [SocketAddress] {
    var hints = addrinfo()
    hints.ai_flags = (areToListen ? AI_PASSIVE : 0) | AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(host == "*" ? nil : host, String(port), &hints, &list)
    guard result == 0 else { throw .unknownHost(host, reason: String(cString: gai_strerror(result))) }
    defer { freeaddrinfo(list) }
    var addresses: [SocketAddress] = []
    var next = list
    while let info = next?.pointee {
      addresses.append(SocketAddress(info))
      next = info.ai_next
    }
    return addresses
  }
}
