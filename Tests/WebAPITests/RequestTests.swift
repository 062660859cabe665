import Testing

@testable import WebAPI

struct RequestTests {
  @Test func `a target is split at its first question mark, and only the path is decoded`() {
    let request = Request(method: "GET", target: "/users%2F1/%C3%A9?a=%20?b")
    #expect(request.path == "/users/1/é")
    #expect(request.query == "a=%20?b")
  }

  @Test(arguments: [
    ("application/json", true), ("Application/JSON; charset=latin-1", true), ("application/+json", true),
    ("application/vnd.api+json", true), (" application/json ", true), ("application/json\u{A0}", true),
    ("application/json\u{C2}", false), ("application /json", false), ("application/json (c)", false),
    ("application/json,", false), ("text/json", false), ("application/json/x", false), ("", false),
  ])
  func `a content type says JSON or it does not`(type: String, isJSON: Bool) {
    #expect(Request(method: "POST", target: "/", contentType: type).saysJSON == isJSON)
  }
}
