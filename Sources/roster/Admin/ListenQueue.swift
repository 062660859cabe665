internal import FastCGI
internal import Glibc

/// How many connections wait in the queue of a listening socket until somebody accepts them. The system tells in the files of proc(5) below
/// /proc/self/net, also where the socket is another process's.
enum ListenQueue {
  /// Nil where the system does not list the socket: it was made in another network namespace than this process's, or the address is
  /// none.
  static func depth(_ address: String) -> Int? {
    switch try? ListenAddress(address) {
    case .unix(let path): depth(ofUnix: path, in: contents("unix"))
    case .tcp(let host, let port):
      hexadecimal(host, port).flatMap { depth(ofTCP: $0, in: contents(host.contains(":") ? "tcp6" : "tcp")) }
    case nil: nil
    }
  }

  /// A line has eight words, the last of which is the path. A connection that nobody has accepted is there with the path of the socket
  /// that it waits at, as one that is being made (state 2).
  static func depth(ofUnix path: String, in table: String) -> Int? {
    var (depth, isListed) = (0, false)
    for line in table.utf8.split(separator: UInt8(ascii: "\n"))
    where line.reversed().starts(with: path.utf8.reversed()) {
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 7).map { Substring($0) }
      guard words.count == 8, words[7] == path else { continue }
      if words[5] == "02" { depth += 1 }
      if words[3] == "00010000" { isListed = true }  // it listens
    }
    return isListed ? depth : nil
  }

  /// Of a socket that listens (state 0A) the queue of what was received counts connections.
  static func depth(ofTCP address: String, in table: String) -> Int? {
    for line in table.split(separator: "\n") {
      let words = line.split(separator: " ", maxSplits: 5)
      guard words.count == 6, words[1] == address, words[3] == "0A" else { continue }
      return words[4].split(separator: ":").last.flatMap { Int($0, radix: 16) }
    }
    return nil
  }

  /// An address as those files have it: words of four bytes as this machine reads them.
  static func hexadecimal(_ host: String, _ port: UInt16) -> String? {
    let (family, size) = host.contains(":") ? (AF_INET6, 16) : (AF_INET, 4)
    var bytes = [UInt8](repeating: 0, count: size)
    guard inet_pton(family, host, &bytes) == 1 else { return nil }
    func digits(_ number: some BinaryInteger, _ count: Int) -> String {
      let text = String(number, radix: 16, uppercase: true)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    let words = bytes.withUnsafeBytes { bytes in
      stride(from: 0, to: size, by: 4).map { bytes.loadUnaligned(fromByteOffset: $0, as: UInt32.self) }
    }
    return words.map { digits($0, 8) }.joined() + ":" + digits(port, 4)
  }

  private static func contents(_ name: String) -> String { ProcFile.text("self/net/\(name)") ?? "" }
}
