import Testing

@testable import FastCGI

struct ResponseTests {
  private func text(_ response: Response, isHead: Bool = false) -> String {
    String(decoding: response.checked { _ in }.document(isHead: isHead), as: UTF8.self)
  }

  @Test func `status, reason, header fields and the exact length come first`() {
    let response = Response(status: 201, headers: [("X-A", "b"), ("X-A", "c")], body: Array("né".utf8))
    #expect(text(response) == "Status: 201 Created\r\nX-A: b\r\nX-A: c\r\nContent-Length: 3\r\n\r\nné")
  }

  @Test func `the server's own fields cannot be set`() {
    let response = Response(headers: [("content-length", "9"), ("STATUS", "404")], body: [65])
    #expect(text(response) == "Status: 200 OK\r\nContent-Length: 1\r\n\r\nA")
  }

  @Test func `Location comes before Status, which HAProxy would make a 302 of otherwise`() {
    let response = Response(status: 307, headers: [("X-A", "b"), ("location", "/a")])
    let fields = "location: /a\r\nStatus: 307 Temporary Redirect\r\nX-A: b\r\nContent-Length: 0\r\n\r\n"
    #expect(text(response) == fields)
    #expect(response.headLength == fields.utf8.count)
  }

  @Test func `204 and 304 have neither content nor length`() {
    #expect(text(Response(status: 204, body: [65])) == "Status: 204 No Content\r\n\r\n")
    #expect(text(Response(status: 304, body: [65])) == "Status: 304 Not Modified\r\n\r\n")
  }

  @Test func `HEAD gets the length without the content`() {
    #expect(text(Response(body: [65]), isHead: true) == "Status: 200 OK\r\nContent-Length: 1\r\n\r\n")
  }

  @Test(arguments: [
    Response(headers: [("A", "b\r\nSet-Cookie: c")]), Response(headers: [("A", "b\nc")]),
    Response(headers: [("A", "b\0")]), Response(headers: [("A\r\nB", "c")]), Response(headers: [("", "c")]),
    Response(headers: [("A: B", "c")]), Response(status: 99), Response(status: 1000), Response(status: -1),
    Response(headers: [("A", String(repeating: "b", count: 32 << 10))]),
  ])
  func `what would split the head is a 500 and a notice`(response: Response) {
    var notices = 0
    let text = String(decoding: response.checked { _ in notices += 1 }.document(isHead: false), as: UTF8.self)
    #expect(text.hasPrefix("Status: 500 Internal Server Error\r\n"))
    #expect(notices == 1)
  }
}
