internal import Glibc

/// Listens on every address of a host.
enum TCPListener {
  /// The descriptors, one for each address that this machine has. Throws where one is in use, and where none is left.
  static func listen(_ host: String, _ port: UInt16, _ backlog: Int32) throws(FastCGIError) -> [Int32] {
    let addresses = try SocketAddress.all(of: host, port, areToListen: true)
    var descriptors: [Int32] = []
    for address in addresses {
      do throws(FastCGIError) {
        let descriptor = try listen(address, isAlone: addresses.count == 1, backlog)
        if let descriptor { descriptors.append(descriptor) }
      } catch {
        for descriptor in descriptors { close(descriptor) }
        throw error
      }
    }
    guard !descriptors.isEmpty else { throw .system("\(host):\(port)", errno: EADDRNOTAVAIL) }
    return descriptors
  }

  /// Nothing where the machine has no such address: it may be without IPv6, or the address another one's of the same name.
  private static func listen(_ address: SocketAddress, isAlone: Bool, _ backlog: Int32) throws(FastCGIError) -> Int32?
  {
    guard let descriptor = try? streamSocket(address.family) else { return nil }
    enable(SO_REUSEADDR, at: SOL_SOCKET, of: descriptor)
    enable(TCP_NODELAY, at: Int32(IPPROTO_TCP), of: descriptor)  // inherited
    // [::] by itself is for both families, as the system has it; beside 0.0.0.0 it would be in its way.
    if address.family == AF_INET6, !isAlone { enable(IPV6_V6ONLY, at: Int32(IPPROTO_IPV6), of: descriptor) }
    if address.withPointer({ bind(descriptor, $0, $1) }) == 0, Glibc.listen(descriptor, backlog) == 0 {
      return descriptor
    }
    let error = errno
    close(descriptor)
    switch error {
    case EADDRNOTAVAIL, EAFNOSUPPORT: return nil
    case EADDRINUSE: throw .addressInUse(address.name)
    default: throw .system(address.name, errno: error)
    }
  }
}
