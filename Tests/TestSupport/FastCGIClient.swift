import Glibc

/// A web server's end of one connection: blocking, and every wait ends after five seconds.
package final class FastCGIClient {
  package let descriptor: Int32
  private var input: [UInt8] = []

  package struct Timeout: Error {}

  /// One record as it came.
  package struct Record: Equatable {
    package var type: UInt8
    package var id: Int
    package var content: [UInt8]
  }

  /// What a responder answered.
  package struct Answer: Equatable {
    package var head = ""
    package var body: [UInt8] = []
    /// The protocol status of END_REQUEST.
    package var status: UInt8?

    package var text: String { String(decoding: body, as: UTF8.self) }
  }

  package init(unix path: String) throws {
    descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    try connect(&address)
  }

  package init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    try connect(&address)
  }

  deinit {
    close(descriptor)
  }

  private func connect<Address>(_ address: inout Address) throws {
    var limit = timeval(tv_sec: 5, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<Address>.size))
      }
    }
    guard result == 0 else { throw Timeout() }
  }

  /// Sends all of `bytes`; a peer that has gone is no error here.
  package func send(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  /// The next record; nil at the end of the stream.
  package func receive() throws -> Record? {
    while true {
      if input.count >= 8 {
        let length = Int(input[4]) << 8 | Int(input[5])
        let end = 8 + length + Int(input[6])
        if input.count >= end {
          defer { input.removeFirst(end) }
          return Record(type: input[1], id: Int(input[2]) << 8 | Int(input[3]), content: Array(input[8..<8 + length]))
        }
      }
      guard try fill() else { return nil }
    }
  }

  /// The records up to END_REQUEST; its status stays nil where the stream ends before.
  package func answer() throws -> Answer {
    var answer = Answer()
    var output: [UInt8] = []
    while answer.status == nil, let record = try receive() {
      if record.type == 6 { output += record.content }
      if record.type == 3 { answer.status = record.content[4] }
    }
    let end = output.indices.first { output[$0...].starts(with: [13, 10, 13, 10]) } ?? output.endIndex
    answer.head = String(decoding: output[..<end], as: UTF8.self)
    answer.body = Array(output.dropFirst(end + 4))
    return answer
  }

  /// Whether the peer ends the stream, with nothing before.
  package func ends() throws -> Bool {
    try receive() == nil
  }

  private func fill() throws -> Bool {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    guard count >= 0 else {
      if errno == EAGAIN { throw Timeout() }
      return false
    }
    input += bytes[..<count]
    return count > 0
  }
}
