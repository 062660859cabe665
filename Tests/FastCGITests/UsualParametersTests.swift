import Testing

@testable import FastCGI

struct UsualParametersTests {
  /// Name-value pairs with lengths of one byte, or of four.
  private func block(_ pairs: [(String, String)], long: Bool = false) -> [UInt8] {
    pairs.flatMap { name, value in
      let lengths = [name, value].flatMap { text -> [UInt8] in
        let count = UInt8(text.utf8.count)
        return long ? [0x80, 0, 0, count] : [count]
      }
      return lengths + Array(name.utf8) + Array(value.utf8)
    }
  }

  /// What the places say that were found.
  private func values(_ block: [UInt8]) -> [String] {
    let found = block.withUnsafeBufferPointer { UsualParameters($0) }
    return [found.method, found.uri, found.scriptName, found.pathInfo, found.contentType, found.contentLength]
      .map { String(decoding: block[$0], as: UTF8.self) }
  }

  private let all = [
    ("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/api/users/"), ("SCRIPT_NAME", "/api"), ("PATH_INFO", "/users/"),
    ("CONTENT_TYPE", "text/plain"), ("CONTENT_LENGTH", "12"),
  ]

  @Test(arguments: [false, true]) func `each is found, whatever its lengths take`(long: Bool) {
    #expect(values(block(all, long: long)) == all.map(\.1))
    #expect(values(block(all.reversed(), long: long)) == all.map(\.1))
  }

  @Test func `of several the last one counts, and an empty one is none`() {
    let more = all.map { ($0.0, "") } + [("REQUEST_URI", "/x"), ("SCRIPT_NAME", "")]
    #expect(values(block(all + more)) == ["", "/x", "", "", "", ""])
  }

  @Test func `names of the same lengths are others`() {
    let others = ["REQUEST_METHOX", "XEQUEST_METHOD", "REQUEST_URX", "XCRIPT_NAME", "PATH_INFX", "XONTENT_TYPE", ""]
    #expect(values(block(others.map { ($0, "value") })) == Array(repeating: "", count: 6))
    #expect(values([]) == Array(repeating: "", count: 6))
  }

  @Test func `what does not fit ends the walk`() {
    #expect(values(block([("REQUEST_URI", "/x")]) + [14, 200] + Array("REQUEST_METHODGET".utf8))[1] == "/x")
  }
}
