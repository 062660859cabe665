import TestSupport
import Testing

/// What a web server that has gone wrong, or somebody who has reached its socket, may send; and what comes of it.
struct HostileStream: Sendable, CustomTestStringConvertible {
  let name: String
  let bytes: [UInt8]
  /// One line for each answer, as the tests put it; the last one is what becomes of the connection. A request that is
  /// answered was executed, and no other was.
  let expected: [String]

  var testDescription: String { name }

  private init(_ name: String, _ bytes: [UInt8], _ expected: [String]) {
    (self.name, self.bytes, self.expected) = (name, bytes, expected)
  }

  /// The stream is answered so, and the connection goes on.
  static func open(_ name: String, _ bytes: [UInt8], _ expected: String...) -> HostileStream {
    open(name, bytes, lines: expected)
  }

  static func open(_ name: String, _ bytes: [UInt8], lines: [String]) -> HostileStream {
    HostileStream(name, bytes, lines + ["open"])
  }

  /// Nothing else than an end: the connection's own.
  static func closed(_ name: String, _ bytes: [UInt8], _ expected: String...) -> HostileStream {
    HostileStream(name, bytes, expected + ["closed"])
  }

  static let all: [HostileStream] =
    getValues + lengths + padding + foreign + following + management + aborts + roles + oversize + versions + order
    + begins + texts + bodies + truncated

  // MARK: What they are made of

  static let parameters = Records.pair("REQUEST_METHOD", "POST") + Records.pair("REQUEST_URI", "/a")
  static let body = Array("body".utf8)
  /// The records of one request, which is answered with "200 body".
  static let records = [
    Records.begin(), Records.record(4, Array(parameters.prefix(9))),
    Records.record(4, Array(parameters.dropFirst(9))),
    Records.record(4), Records.record(5, Array(body.prefix(1))), Records.record(5, Array(body.dropFirst())),
    Records.record(5),
  ]
  static let names = [
    "BEGIN", "half of PARAMS", "PARAMS", "the end of PARAMS", "half of STDIN", "STDIN", "the end of STDIN",
  ]

  static func request(_ pairs: [UInt8], id: Int = 1) -> [UInt8] {
    Records.begin(id: id) + Records.stream(4, pairs, id: id) + Records.record(5, id: id)
  }

  /// The request with `bytes` behind its record number `position`.
  static func request(with bytes: [UInt8], behind position: Int) -> [UInt8] {
    Array((records[...position] + [bytes] + records[(position + 1)...]).joined())
  }
}
