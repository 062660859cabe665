/// An HTTP/1.1 client on one connection to 127.0.0.1.
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

  private let socket: BlockingSocket
  private var input: [UInt8] = []

  /// Connects.
  public init(port: UInt16) throws {
    socket = try BlockingSocket(port: port)
  }

  /// Sends a request and waits for its response. A body is JSON unless `type` says otherwise.
  public func send(
    _ method: String, _ target: String, _ body: String? = nil, type: String? = "application/json",
    authorization: String? = nil
  ) throws -> Answer {
    var request = "\(method) \(target) HTTP/1.1\r\nHost: localhost:8080\r\n"
    if let authorization { request += "Authorization: \(authorization)\r\n" }
    if let body {
      if let type { request += "Content-Type: \(type)\r\n" }
      request += "Content-Length: \(body.utf8.count)\r\n"
    }
    socket.send(Array("\(request)\r\n\(body ?? "")".utf8))
    return try receive(hasBody: method != "HEAD")
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
    guard hasBody else { return answer }
    let isChunked = answer.headers["transfer-encoding"] == "chunked"
    let body = isChunked ? try chunks() : try take(Int(answer.headers["content-length"] ?? "0") ?? 0)
    answer.body = String(decoding: body, as: UTF8.self)
    return answer
  }

  /// A body whose length its head did not say: RFC 9112, section 7.1.
  private func chunks() throws -> [UInt8] {
    var body: [UInt8] = []
    while true {
      while !input.contains(10) { try fill() }
      let line = input.prefix { $0 != 13 }
      guard let length = Int(String(decoding: line, as: UTF8.self), radix: 16) else {
        throw ChildProcess.Failure("not the length of a chunk: \(line)")
      }
      _ = try take(line.count + 2)
      body += try take(length)
      _ = try take(2)
      if length == 0 { return body }
    }
  }

  private func take(_ length: Int) throws -> [UInt8] {
    while input.count < length { try fill() }
    defer { input.removeFirst(length) }
    return Array(input.prefix(length))
  }

  /// Where the head ends, if all of it is here.
  private func head() -> Int? {
    input.indices.first { input[$0...].starts(with: [13, 10, 13, 10]) }
  }

  private func fill() throws {
    let bytes = try socket.receive()
    guard !bytes.isEmpty else { throw ChildProcess.Failure("the connection ended before the answer") }
    input += bytes
  }
}
