import Testing
import WebAPI

struct RequestIDTests {
  @Test(arguments: [
    "a", "4bf92f3577b34da6a3ce929d0e0e4736", "1-67891233-abcdef012345678912345678", "A.b_c:d-9",
    String(repeating: "x", count: 128),
  ])
  func `letters, digits and a few signs are an id`(text: String) {
    #expect(RequestID(text)?.text == text)
  }

  @Test(arguments: [
    "", " ", "a b", "a\n", "a=b", "\"a\"", "a,b", "a/b", "é", "a\u{0}", "a\u{202E}",
    String(repeating: "x", count: 129),
  ])
  func `nothing else is`(text: String) {
    #expect(RequestID(text) == nil)
  }

  @Test func `those that are made are alike, and none comes twice`() {
    let made = (0..<1000).map { _ in RequestID.made().text }
    #expect(made.allSatisfy { $0.wholeMatch(of: /[0-9a-f]{32}/) != nil })
    #expect(Set(made).count == 1000)
  }

  @Test func `a request has that of its header, and its trace`() {
    let trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    let request = Request(method: "GET", target: "/", headers: [("x-request-id", "a1"), ("Traceparent", trace)])
    #expect(request.id?.text == "a1")
    #expect(request.trace?.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    let other = Request(method: "GET", target: "/", headers: [("X-Request-Id", "a 1"), ("Traceparent", "x")])
    #expect(other.id == nil)
    #expect(other.trace == nil)
  }
}
