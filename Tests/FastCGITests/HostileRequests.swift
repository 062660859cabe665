import TestSupport

/// Requests that are too large, break off, or say what they are not.
extension HostileStream {
  // MARK: More than is taken

  static let oversize: [HostileStream] = [
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

  // MARK: Texts that C would read as others

  static let texts: [HostileStream] = [
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

  static let bodies: [HostileStream] =
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

  static let truncated: [HostileStream] =
    records.indices.dropLast().map { position in
      closed("a request that breaks off behind \(names[position])", Array(records[...position].joined()))
    }
}
