import TestSupport

/// What makes libfcgi lose step: values asked for, lengths, padding, foreign ids.
extension HostileStream {
  // MARK: GET_VALUES: four repeated names overflow libfcgi's stack

  private static let values = "values FCGI_MAX_CONNS=4096&FCGI_MAX_REQS=4096&FCGI_MPXS_CONNS=0"
  private static let known = ["FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS"]

  static let getValues: [HostileStream] =
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

  static let lengths: [HostileStream] = [
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

  static let padding: [HostileStream] =
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

  static let foreign: [HostileStream] =
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

  static let following: [HostileStream] = [
    open("two requests", request(parameters) + request(parameters), "200 /a", "200 /a"),
    open("50 requests", (0..<50).flatMap { _ in request(parameters) }, lines: Array(repeating: "200 /a", count: 50)),
    closed(
      "a request behind the last one", Records.request([("REQUEST_URI", "/a")], keep: false) + request(parameters),
      "200 /a"),
    open("STDIN behind its end", request(parameters) + Records.record(5, body), "200 /a"),
    open("PARAMS behind the request's end", request(parameters) + Records.record(4, parameters), "200 /a"),
  ]
}
