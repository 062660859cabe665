internal import Glibc

/// A web server's side of FastCGI, for one request that has no body: what asks a service how it does. It waits in the system,
/// not in a loop.
public enum Client {
  /// What a service answered.
  public struct Answer: Sendable {
    /// Of HTTP.
    public let status: Int
    /// At most 1 MiB, as it came.
    public let body: [UInt8]
  }

  /// Why there is no answer.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nobody can be reached at the address, for this reason.
    case unreachable(ListenAddress, reason: String)
    /// It was reached, and did not answer in time.
    case silent(ListenAddress, Duration)
    /// What came is no answer of a FastCGI responder.
    case malformed(ListenAddress)

    /// One line of English.
    public var description: String {
      switch self {
      case .unreachable(let address, let reason): "\(address): \(reason)"
      case .silent(let address, let limit): "\(address): no answer within \(limit)"
      case .malformed(let address): "\(address): what answers there speaks no FastCGI"
      }
    }
  }

  /// The longest answer that is read, in bytes.
  private static let longest = 1 << 20

  /// Asks for `target` with GET, and waits no longer than `limit` for the whole answer. A host of `*` is this machine.
  public static func get(
    _ target: String, at address: ListenAddress, within limit: Duration
  ) throws(Failure) -> Answer {
    let connection = try ClientConnection(to: address, within: limit)
    try connection.send(request(for: target))
    var records: [UInt8] = []
    while records.count < longest, case let bytes = try connection.receive(), !bytes.isEmpty {
      records += bytes
      if let answer = answer(in: records) { return answer }
    }
    throw .malformed(address)
  }

  // MARK: Records

  /// BEGIN_REQUEST of a responder that may end the connection, the parameters, and a body of no bytes (sections 5.1 to 5.3).
  static func request(for target: String) -> [UInt8] {
    let parameters = [
      ("REQUEST_METHOD", "GET"), ("REQUEST_URI", target), ("SERVER_PROTOCOL", "HTTP/1.1"), ("HTTP_HOST", "localhost"),
    ]
    let content = parameters.flatMap { name, value in
      length(name.utf8.count) + length(value.utf8.count) + Array(name.utf8) + Array(value.utf8)
    }
    return record(RecordType.beginRequest, [0, 1, 0, 0, 0, 0, 0, 0]) + record(RecordType.params, content)
      + record(RecordType.params, []) + record(RecordType.stdin, [])
  }

  /// Of a name or a value (section 3.4).
  private static func length(_ count: Int) -> [UInt8] {
    count < 0x80
      ? [UInt8(count)] : (0..<4).map { UInt8(truncatingIfNeeded: count >> (24 - 8 * $0) | ($0 == 0 ? 0x80 : 0)) }
  }

  private static func record(_ type: UInt8, _ content: [UInt8]) -> [UInt8] {
    [1, type, 0, 1, UInt8(truncatingIfNeeded: content.count >> 8), UInt8(truncatingIfNeeded: content.count), 0, 0]
      + content
  }

  /// The answer, once END_REQUEST has come; nil before.
  static func answer(in bytes: [UInt8]) -> Answer? {
    var output: [UInt8] = []
    var position = 0
    while let header = RecordHeader(bytes, at: position), position + header.recordLength <= bytes.count {
      let content = bytes[(position + RecordHeader.length)...].prefix(header.contentLength)
      position += header.recordLength
      if header.type == RecordType.stdout { output += content }
      if header.type == RecordType.endRequest { return answer(of: output) }
    }
    return nil
  }

  /// A CGI response (RFC 3875, section 6): 200 where it does not say otherwise.
  private static func answer(of output: [UInt8]) -> Answer? {
    guard let end = output.indices.first(where: { output[$0...].starts(with: [13, 10, 13, 10]) }) else { return nil }
    let lines = String(decoding: output[..<end], as: UTF8.self).split(separator: "\r\n")
    let status = lines.first { $0.lowercased().hasPrefix("status:") }.map {
      $0.dropFirst(7).drop { $0 == " " }.prefix(3)
    }
    guard let code = Int(status ?? "200") else { return nil }
    return Answer(status: code, body: Array(output[(end + 4)...]))
  }
}
