internal import Glibc

/// The addresses from which web servers may connect (FCGI_WEB_SERVER_ADDRS; FastCGI specification, section 3.2).
struct WebServerAddresses: Equatable {
  /// Four or sixteen bytes each.
  private var addresses: [[UInt8]] = []

  /// Those of `list`, or of the environment where it is nil; nil where neither restricts anything.
  init?(_ list: [String]?) throws(FastCGIError) {
    let environment = getenv("FCGI_WEB_SERVER_ADDRS").map { String(cString: $0) }
    guard let list = list ?? environment?.split(separator: ",").map(String.init) else { return nil }
    for text in list {
      let trimmed = text.filter { $0 != " " }
      guard let address = WebServerAddresses.bytes(of: trimmed) else { throw .malformedWebServerAddress(trimmed) }
      addresses.append(address)
    }
  }

  /// Whether the peer may connect. The list is about TCP: a Unix socket has permissions instead.
  func contains(_ peer: sockaddr_storage) -> Bool {
    switch Int32(peer.ss_family) {
    case AF_INET: addresses.contains(bytes(of: peer, at: 4, 4))  // sockaddr_in.sin_addr
    case AF_INET6: addresses.contains(unmapped(bytes(of: peer, at: 8, 16)))  // sockaddr_in6.sin6_addr
    default: true
    }
  }

  private static func bytes(of text: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &bytes) == 1 { return Array(bytes[..<4]) }
    return inet_pton(AF_INET6, text, &bytes) == 1 ? unmapped(bytes) : nil
  }

  private func bytes(of peer: sockaddr_storage, at offset: Int, _ count: Int) -> [UInt8] {
    withUnsafeBytes(of: peer) { Array($0[offset..<offset + count]) }
  }
}

/// An IPv4 peer of an IPv6 socket appears as ::ffff:a.b.c.d.
private func unmapped(_ address: [UInt8]) -> [UInt8] {
  let prefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255]
  return address.starts(with: prefix) ? Array(address[12...]) : address
}
