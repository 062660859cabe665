import TestSupport

/// Records that are no request, or end one, or come out of order, or in another protocol.
extension HostileStream {
  // MARK: Management records, of which libfcgi loses memory

  static let management: [HostileStream] =
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

  static let aborts: [HostileStream] =
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

  static let roles: [HostileStream] =
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

  // MARK: Other versions, other protocols

  static let versions: [HostileStream] =
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

  static let order: [HostileStream] =
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

  static let begins: [HostileStream] =
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
}
