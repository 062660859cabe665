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
  private static func open(_ name: String, _ bytes: [UInt8], _ expected: String...) -> HostileStream {
    open(name, bytes, lines: expected)
  }

  private static func open(_ name: String, _ bytes: [UInt8], lines: [String]) -> HostileStream {
    HostileStream(name, bytes, lines + ["open"])
  }

  /// Nothing else than an end: the connection's own.
  private static func closed(_ name: String, _ bytes: [UInt8], _ expected: String...) -> HostileStream {
    HostileStream(name, bytes, expected + ["closed"])
  }

  static let all: [HostileStream] =
    getValues + lengths + padding + foreign + following + management + aborts + roles + oversize + versions + order
    + begins + texts + bodies + truncated

  // MARK: What they are made of

  private static let parameters = Records.pair("REQUEST_METHOD", "POST") + Records.pair("REQUEST_URI", "/a")
  private static let body = Array("body".utf8)
  /// The records of one request, which is answered with "200 body".
  private static let records = [
    Records.begin(), Records.record(4, Array(parameters.prefix(9))),
    Records.record(4, Array(parameters.dropFirst(9))),
    Records.record(4), Records.record(5, Array(body.prefix(1))), Records.record(5, Array(body.dropFirst())),
    Records.record(5),
  ]
  private static let names = [
    "BEGIN", "half of PARAMS", "PARAMS", "the end of PARAMS", "half of STDIN", "STDIN", "the end of STDIN",
  ]

  private static func request(_ pairs: [UInt8], id: Int = 1) -> [UInt8] {
    Records.begin(id: id) + Records.stream(4, pairs, id: id) + Records.record(5, id: id)
  }

  /// The request with `bytes` behind its record number `position`.
  private static func request(with bytes: [UInt8], behind position: Int) -> [UInt8] {
    Array((records[...position] + [bytes] + records[(position + 1)...]).joined())
  }

  // MARK: GET_VALUES: four repeated names overflow libfcgi's stack

  private static let values = "values FCGI_MAX_CONNS=4096&FCGI_MAX_REQS=4096&FCGI_MPXS_CONNS=0"
  private static let known = ["FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS"]

  private static let getValues: [HostileStream] =
    [4, 5, 64, 1000].map { count in
      open("\(count) times each name", Records.getValues((0..<count).flatMap { _ in known }), values)
    }
    + [
      open(
        "one name four times", Records.getValues(Array(repeating: known[0], count: 4)), "values FCGI_MAX_CONNS=4096"),
      open("no name", Records.getValues([]), "values "),
      open("GET_VALUES of a name that is empty", Records.getValues(["", "", "", ""]), "values "),
      open("unknown names", Records.getValues((0..<500).map { "FCGI_\($0)" }), "values "),
      open(
        "names with values", Records.record(9, known.flatMap { Records.pair($0, "\($0)=9") }, id: 0, padding: 5),
        values),
      open("a name of 60,000 bytes", Records.getValues([String(repeating: "A", count: 60_000)]), "values "),
      closed("a name that is cut", Records.record(9, [14, 0, 70], id: 0)),
      closed("a length that is cut", Records.record(9, [0x80, 0, 0], id: 0)),
      closed("GET_VALUES of a name of 2 GiB", Records.record(9, [0xFF, 0xFF, 0xFF, 0xFF, 0, 65], id: 0)),
      closed("lengths that add up to more than 2 GiB", Records.record(9, [UInt8](repeating: 0xFF, count: 9), id: 0)),
      open("GET_VALUES of a request that is none", Records.record(9, Records.pair(known[0], ""), id: 1)),
      open("GET_VALUES in a request", request(with: Records.getValues(known), behind: 1), values, "200 body"),
      closed("GET_VALUES with the request's id", request(with: Records.record(9, id: 1), behind: 1)),
    ]

  // MARK: Lengths of parameters: CVE-2025-23016

  private static let lengths: [HostileStream] = [
    closed("two lengths of 2 GiB", request([UInt8](repeating: 0xFF, count: 8) + [65])),
    closed("two lengths that are 0 as 32 bits", request([0xC0, 0, 0, 0, 0xC0, 0, 0, 0, 65, 66])),
    closed("two lengths that are 2 as 32 bits", request([0xFF, 0xFF, 0xFF, 0xFF, 0x80, 0, 0, 2, 65, 66])),
    closed("two lengths that are 2^31", request([0xC0, 0, 0, 0, 0xBF, 0xFF, 0xFF, 0xFF] + [65, 66])),
    closed("a name of 2 GiB", request([0xFF, 0xFF, 0xFF, 0xFF, 0, 65])),
    closed("a value of 2 GiB", request([1, 0xFF, 0xFF, 0xFF, 0xFF, 65, 66])),
    closed("a value that is a byte longer than its stream", request(parameters + [1, 2, 65, 66])),
    closed("a byte behind the last pair", request(parameters + [0])),
    closed("a name's length that is cut", request(parameters + [0x80, 0, 0])),
    closed("a value's length that is missing", request(parameters + [1])),
    closed("a value's length that is cut", request(parameters + [1, 0x80, 0, 0])),
    open(
      "lengths of four bytes that one would do for",
      request([0x80, 0, 0, 11, 0x80, 0, 0, 2] + Array("REQUEST_URI/a".utf8)), "200 /a"),
    open(
      "a length cut by the record's end",
      Records.begin() + Records.stream(4, [0x80, 0, 0, 11, 0x80, 0, 0, 2] + Array("REQUEST_URI/a".utf8), size: 3)
        + Records.record(5), "200 /a"),
    open(
      "parameters byte by byte", Records.begin() + Records.stream(4, parameters, size: 1) + Records.record(5),
      "200 /a"),
    open("1,000 pairs of nothing", request(parameters + [UInt8](repeating: 0, count: 2000)), "200 /a"),
    open("parameters that are not there", request([]), "200 "),
  ]

  // MARK: Padding over which libfcgi loses step

  private static let padding: [HostileStream] =
    [1, 7, 8, 255].map { length in
      let streams = [(4, Records.pair("REQUEST_URI", "/a")), (5, body)].map { type, content in
        Records.record(type, content, padding: length) + Records.record(type, padding: length)
      }
      return open(
        "\(length) bytes of padding everywhere", Records.begin(padding: length) + streams.joined(), "200 body")
    }
    + [
      open("padding on BEGIN", Records.begin(padding: 3) + records[1...].joined(), "200 body"),
      open(
        "padding on the end of PARAMS",
        records[..<3].joined() + Records.record(4, padding: 3) + records[4...].joined(), "200 body"),
      open("padding on the end of STDIN", records[..<6].joined() + Records.record(5, padding: 3), "200 body"),
      open("padding on ABORT", records[0] + Records.record(2, padding: 9), "end 0"),
      open("padding on management", Records.record(99, [1], id: 0, padding: 255), "unknown type 99"),
      open(
        "padding that is a request",
        records[0] + Records.record(5, id: 2).dropLast(2) + [UInt8(request(parameters).count), 0]
          + request(parameters) + records[1...].joined(), "200 body"),
    ]

  // MARK: Foreign ids, of which an empty record costs libfcgi the next one

  private static let foreign: [HostileStream] =
    records.indices.dropLast().flatMap { position in
      [
        open(
          "empty records of others behind \(names[position])",
          request(with: [2, 4, 5, 8, 77].flatMap { Records.record($0, id: 2) }, behind: position), "200 body"),
        open(
          "records of others behind \(names[position])",
          request(
            with: Records.record(4, parameters, id: 65_535, padding: 3) + Records.record(5, body, id: 256),
            behind: position), "200 body"),
        open(
          "another request behind \(names[position])",
          request(with: request(parameters, id: 2), behind: position), "end 1 of 2", "200 body"),
      ]
    }
    + [
      open("two requests, record by record", zip(records, others).flatMap { $0 + $1 }, "end 1 of 2", "200 body"),
      open(
        "1,000 other requests at the same time",
        records[0] + (2...1001).flatMap { Records.begin(id: $0) } + records[1...].joined(),
        lines: (2...1001).map { "end 1 of \($0)" } + ["200 body"]),
      open(
        "records of requests that are none", (0..<12).flatMap { Records.record($0 == 1 ? 2 : UInt8($0), body, id: 7) }
      ),
    ]

  /// The same records with another id.
  private static let others = records.map { record in Array(record[..<3]) + [2] + record[4...] }

  // MARK: What follows in the same read

  private static let following: [HostileStream] = [
    open("two requests", request(parameters) + request(parameters), "200 /a", "200 /a"),
    open("50 requests", (0..<50).flatMap { _ in request(parameters) }, lines: Array(repeating: "200 /a", count: 50)),
    closed(
      "a request behind the last one", Records.request([("REQUEST_URI", "/a")], keep: false) + request(parameters),
      "200 /a"),
    open("STDIN behind its end", request(parameters) + Records.record(5, body), "200 /a"),
    open("PARAMS behind the request's end", request(parameters) + Records.record(4, parameters), "200 /a"),
  ]

  // MARK: Management records, of which libfcgi loses memory

  private static let management: [HostileStream] =
    [0, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 128, 255].map { type in
      open("management of type \(type)", Records.record(type, body, id: 0), "unknown type \(type)")
    }
    + [
      open(
        "1,000 unknown ones", (0..<1000).flatMap { _ in Records.record(99, id: 0) },
        lines: Array(repeating: "unknown type 99", count: 1000)),
      open(
        "an unknown one of 65,535 bytes",
        Records.record(99, [UInt8](repeating: 1, count: 65_535), id: 0, padding: 255), "unknown type 99"),
    ]
    + records.indices.dropLast().map { position in
      open(
        "management behind \(names[position])", request(with: Records.record(99, body, id: 0), behind: position),
        "unknown type 99", "200 body")
    }

  // MARK: ABORT_REQUEST, of which libfcgi makes a complete request where two parameters meet

  private static let aborts: [HostileStream] =
    records.indices.dropLast().map { position in
      open("ABORT behind \(names[position])", records[...position].joined() + Records.record(2), "end 0")
    }
    + [
      open(
        "ABORT where two parameters meet",
        records[0] + Records.record(4, Records.pair("REQUEST_URI", "/a")) + Records.record(2), "end 0"),
      open("ABORT of nothing", Records.record(2)),
      open("ABORT of another request", request(with: Records.record(2, id: 2), behind: 2), "200 body"),
      open("ABORT twice", records[0] + Records.record(2) + Records.record(2), "end 0"),
      open("ABORT with content", records[0] + Records.record(2, body), "end 0"),
      open("the rest of an aborted request", records[0] + Records.record(2) + records[1...].joined(), "end 0"),
      closed("ABORT of the last request", Records.begin(keep: false) + Records.record(2), "end 0"),
    ]

  // MARK: Roles

  private static let roles: [HostileStream] =
    [0, 2, 3, 4, 255].map { role in
      open("the role \(role)", Records.begin(role: role) + records[1...].joined(), "end 3")
    }
    + [
      open("the role 257", Records.record(1, [1, 1, 1, 0, 0, 0, 0, 0]) + records[1...].joined(), "end 3"),
      open(
        "a filter with its data",
        Records.begin(role: 3) + Records.stream(4, parameters) + Records.stream(5, body) + Records.stream(8, body),
        "end 3"),
      closed("a role of the last request", Records.begin(role: 2, keep: false) + records[1...].joined(), "end 3"),
      open(
        "BEGIN with its reserved bytes set", Records.record(1, [0, 1, 255, 1, 2, 3, 4, 5]) + records[1...].joined(),
        "200 body"),
    ]

  // MARK: More than is taken

  private static let oversize: [HostileStream] = [
    open("2,001 parameters", request([UInt8](repeating: 0, count: 2 * 2001)), "431"),
    open(
      "128 KiB of parameters and a byte", request(Records.pair("A", String(repeating: "b", count: (128 << 10) - 5))),
      "431"),
    open(
      "a parameter of 1 MiB", request(parameters + Records.pair("A", String(repeating: "b", count: 1 << 20))), "431"),
    open(
      "a body of 1 MiB and a byte",
      Records.begin() + Records.stream(4, parameters) + Records.stream(5, [UInt8](repeating: 7, count: 1 << 20 | 1)),
      "413"),
    open(
      "too many parameters, and too large a body",
      Records.begin() + Records.stream(4, [UInt8](repeating: 0, count: 6000))
        + Records.stream(5, [UInt8](repeating: 7, count: 2 << 20)), "431"),
    open(
      "a body byte by byte",
      Records.begin() + Records.stream(4, parameters)
        + Records.stream(5, [UInt8](repeating: 65, count: 3000), size: 1, padding: 255), "200 3000 bytes"),
    open(
      "too large a body, aborted",
      Records.begin() + Records.stream(4, parameters) + Records.record(5, [UInt8](repeating: 7, count: 65_535))
        + (0..<20).flatMap { _ in Records.record(5, [UInt8](repeating: 7, count: 65_535)) } + Records.record(2),
      "end 0"),
  ]

  // MARK: Other versions, other protocols

  private static let versions: [HostileStream] =
    [0, 2, 255].map { version in
      closed("version \(version)", Records.record(1, [0, 1, 1, 0, 0, 0, 0, 0], version: version))
    }
    + records.indices.dropLast().map { position in
      closed(
        "version 2 behind \(names[position])", request(with: Records.record(99, id: 0, version: 2), behind: position))
    }
    + [
      closed("HTTP", Array("GET / HTTP/1.1\r\nHost: a\r\n\r\n".utf8)),
      closed("TLS", [22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3]),
      closed("SSH", Array("SSH-2.0-OpenSSH_9.2\r\n".utf8)),
      closed("zeros", [UInt8](repeating: 0, count: 100_000)),
      closed("ones", [UInt8](repeating: 255, count: 100_000)),
    ]

  // MARK: Records out of order

  private static let order: [HostileStream] =
    ([0, 3, 6, 7, 8, 9, 10, 11, 12, 255] as [UInt8]).map { type in
      closed("type \(type) in a request", records[0] + Records.record(type, body))
    }
    + [
      closed("STDIN before PARAMS", records[0] + Records.record(5, body)),
      closed("the end of STDIN before that of PARAMS", records[..<3].joined() + Records.record(5)),
      closed("PARAMS behind their end", records[..<4].joined() + Records.record(4, parameters)),
      closed("the end of PARAMS twice", records[..<4].joined() + Records.record(4)),
      closed("BEGIN twice", records[0] + records[0]),
      closed("BEGIN behind the end of PARAMS", records[..<4].joined() + records[0]),
      closed("BEGIN within STDIN", records[..<5].joined() + records[0]),
    ]

  // MARK: BEGIN_REQUEST

  private static let begins: [HostileStream] =
    [0, 7, 9, 65_535].map { length in
      closed(
        "BEGIN of \(length) bytes",
        Records.record(1, ([0, 1, 1] + [UInt8](repeating: 0, count: 65_532)).prefix(length) + []))
    }
    + [
      closed("BEGIN without an id", Records.begin(id: 0)),
      closed("BEGIN without an id in a request", request(with: Records.begin(id: 0), behind: 2)),
      closed("BEGIN of another request of a wrong size", request(with: Records.record(1, [0, 1], id: 2), behind: 2)),
    ]

  // MARK: Texts that C would read as others

  private static let texts: [HostileStream] = [
    closed("NUL in a name", request(Records.pair("REQUEST_URI\0", "/a"))),
    closed("NUL in a value", request(Records.pair("REQUEST_URI", "/a\0b"))),
    closed("NUL as a name", request(Records.pair("\0", ""))),
    closed("an equals sign in a name", request(Records.pair("REQUEST_URI=/b", "/a"))),
    open("an equals sign in a value", request(Records.pair("REQUEST_URI", "/a=b")), "200 /a=b"),
    open(
      "the same name twice", request(Records.pair("REQUEST_URI", "/a") + Records.pair("REQUEST_URI", "/b")), "200 /b"),
    open("a name that is empty", request(Records.pair("", "/b") + Records.pair("REQUEST_URI", "/a")), "200 /a"),
    open(
      "a value that is no UTF-8", request([11, 3] + Array("REQUEST_URI/".utf8) + [0xC0, 0x80]),
      "200 /\u{FFFD}\u{FFFD}"),
    open("line breaks", request(Records.pair("REQUEST_URI", "/a\r\nX: 1\r\n\r\n")), "200 /a\r\nX: 1\r\n\r\n"),
  ]

  // MARK: Bodies that are not as long as announced

  private static let bodies: [HostileStream] =
    ["3", "5", "0", "99999999999999999999"].map { length in
      open(
        "a body of 4 bytes announced as \(length)",
        Records.request([("REQUEST_URI", "/a"), ("CONTENT_LENGTH", length)], body: body), "400")
    }
    + ["-4", "+4", " 4", "4 ", "0x4", "4,4", "1e1"].map { length in
      open(
        "a body of 4 bytes announced as \(length), which is no number",
        Records.request([("REQUEST_URI", "/a"), ("CONTENT_LENGTH", length)], body: body), "200 body")
    }
    + [
      open(
        "a body that is announced and missing", Records.request([("REQUEST_URI", "/a"), ("CONTENT_LENGTH", "4")]),
        "400"),
      open(
        "a body that is not announced", Records.request([("REQUEST_URI", "/a"), ("CONTENT_LENGTH", "")], body: body),
        "200 body"),
    ]

  // MARK: Requests that break off, and then begin again

  private static let truncated: [HostileStream] =
    records.indices.dropLast().map { position in
      closed("a request that breaks off behind \(names[position])", Array(records[...position].joined()))
    }
}
