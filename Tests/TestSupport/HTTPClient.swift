import Glibc

/// An HTTP/1.1 client on one connection to 127.0.0.1: blocking, and every wait ends after ten seconds.
public final class HTTPClient {
  /// A response.
  public struct Answer: Equatable {
    /// The status code.
    public var status: Int
    /// Header fields by lower-case name.
    public var headers: [String: String]
    /// The body as text.
    public var body: String
  }

  private let descriptor: Int32
  private var input: [UInt8] = []

  /// Connects.
  public init(port: UInt16) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var limit = timeval(tv_sec: 10, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw ChildProcess.Failure("connect: \(String(cString: strerror(errno)))") }
  }

  deinit {
    close(descriptor)
  }

  /// Sends a request and waits for its response. A body is JSON unless `type` says otherwise.
  public func send(
    _ method: String, _ target: String, _ body: String? = nil, type: String? = "application/json"
  ) throws -> Answer {
    var request = "\(method) \(target) HTTP/1.1\r\nHost: localhost:8080\r\n"
    if let body {
      if let type { request += "Content-Type: \(type)\r\n" }
      request += "Content-Length: \(body.utf8.count)\r\n"
    }
    write(Array("\(request)\r\n\(body ?? "")".utf8))
    return try receive(hasBody: method != "HEAD")
  }

  private func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private func receive(hasBody: Bool) throws -> Answer {
    var end = head()
    while end == nil {
      try fill()
      end = head()
    }
    let lines = String(decoding: input[..<(end ?? 0)], as: UTF8.self).split(separator: "\r\n")
    input.removeFirst((end ?? 0) + 4)
    var answer = Answer(status: Int(lines.first?.dropFirst(9).prefix(3) ?? "") ?? 0, headers: [:], body: "")
    for line in lines.dropFirst() {
      let colon = line.firstIndex(of: ":") ?? line.endIndex
      answer.headers[line[..<colon].lowercased()] = String(line[colon...].dropFirst(2))
    }
    let length = hasBody ? Int(answer.headers["content-length"] ?? "0") ?? 0 : 0
    while input.count < length { try fill() }
    answer.body = String(decoding: input.prefix(length), as: UTF8.self)
    input.removeFirst(length)
    return answer
  }

  /// Where the head ends, if all of it is here.
  private func head() -> Int? {
    input.indices.first { input[$0...].starts(with: [13, 10, 13, 10]) }
  }

  private func fill() throws {
    var bytes = [UInt8](repeating: 0, count: 64 << 10)
    let count = recv(descriptor, &bytes, bytes.count, 0)
    guard count > 0 else { throw ChildProcess.Failure("the connection ended before the answer") }
    input += bytes[..<count]
  }
}
