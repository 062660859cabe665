internal import Glibc

/// The address of a Unix socket: a path, or @ and a name of the abstract namespace (unix(7)).
struct LocalAddress {
  private var address = sockaddr_un()
  private let length: socklen_t

  /// Nothing where it is too long.
  init?(_ name: String) {
    guard name.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    length = socklen_t(MemoryLayout<sa_family_t>.size + name.utf8.count)
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) {
      $0.copyBytes(from: name.utf8)
      if $0[0] == UInt8(ascii: "@") { $0[0] = 0 }
    }
  }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: address) {  // sockets take their addresses as another type
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }
}

/// Who was at the other end of a Unix socket when it was connected, or when that end began to listen (SO_PEERCRED of unix(7)).
struct Peer {
  /// 0 where it is none that this process could see.
  let process: pid_t
  let user: uid_t

  init?(of socket: Int32) {
    var words: [UInt32] = [0, 0, 0]  // struct ucred: process, user, group
    var length = socklen_t(MemoryLayout<UInt32>.size * words.count)
    guard getsockopt(socket, SOL_SOCKET, SO_PEERCRED, &words, &length) == 0 else { return nil }
    (process, user) = (pid_t(bitPattern: words[0]), words[1])
  }
}
