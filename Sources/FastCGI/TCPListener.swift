internal import Glibc

/// Listens on every address of a host.
enum TCPListener {
  private struct Address: Hashable {
    let family: Int32
    let bytes: [UInt8]

    var name: String { withPointer { FastCGI.name(of: $0, $1) } }

    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
      var storage = sockaddr_storage()
      withUnsafeMutableBytes(of: &storage) { $0.copyBytes(from: bytes.prefix($0.count)) }
      return withUnsafePointer(to: &storage) {  // sockets take their addresses as another type
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(bytes.count)) }
      }
    }
  }

  /// The descriptors, one for each address that this machine has. Throws where one is in use, and where none is left.
  static func listen(_ host: String, _ port: UInt16, _ backlog: Int32) throws(FastCGIError) -> [Int32] {
    let addresses = try addresses(of: host, port)
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
  private static func listen(_ address: Address, isAlone: Bool, _ backlog: Int32) throws(FastCGIError) -> Int32? {
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

  // MARK: Addresses

  /// Each once. `localhost` is both loopback addresses (RFC 6761, section 6.3), whatever /etc/hosts leaves out.
  private static func addresses(of host: String, _ port: UInt16) throws(FastCGIError) -> [Address] {
    let names = host == "localhost" ? ["127.0.0.1", "::1"] : [host]
    var addresses: [Address] = []
    for name in names {
      for address in try lookedUp(name, port) where !addresses.contains(address) { addresses.append(address) }
    }
    return addresses
  }

  private static func lookedUp(_ host: String, _ port: UInt16) throws(FastCGIError) -> [Address] {
    var hints = addrinfo()
    hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = getaddrinfo(host == "*" ? nil : host, String(port), &hints, &list)
    guard result == 0 else { throw .unknownHost(host, reason: String(cString: gai_strerror(result))) }
    defer { freeaddrinfo(list) }
    var addresses: [Address] = []
    var next = list
    while let info = next?.pointee {
      let bytes = UnsafeRawBufferPointer(start: info.ai_addr, count: Int(info.ai_addrlen))
      addresses.append(Address(family: info.ai_family, bytes: Array(bytes)))
      next = info.ai_next
    }
    return addresses
  }
}
