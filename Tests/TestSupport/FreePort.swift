import Glibc

/// A TCP port on 127.0.0.1 that nobody listens on now.
public func freePort() throws -> UInt16 {
  let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(socket) }
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  var length = socklen_t(MemoryLayout<sockaddr_in>.size)
  let error = withUnsafeMutablePointer(to: &address) {  // sockets take their addresses as another type
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      bind(socket, $0, length) | getsockname(socket, $0, &length)
    }
  }
  guard error == 0 else { throw ChildProcess.Failure("no free port: \(errno)") }
  return UInt16(bigEndian: address.sin_port)
}
