import Testing

@testable import WebAPI

struct RequestTests {
  @Test func `a target is split at its first question mark, and only the path is decoded`() {
    let request = Request(method: "GET", target: "/users%2F1/%C3%A9?a=%20?b")
    #expect(request.path == "/users/1/é")
    #expect(request.query == "a=%20?b")
  }

  @Test(arguments: [
    ("http://h/users/%41?a", "/users/A", "a", "h"), ("HTTP://H:81/", "/", "", "H:81"), ("https://h", "/", "", "h"),
    ("http://h?a=/b", "/", "a=/b", "h"), ("http://h#a?b", "/", "", "h"), ("ftp://u@h/x", "/x", "", "u@h"),
    ("http:///x", "/x", "", ""), ("http://[::1]:8/x", "/x", "", "[::1]:8"),
    // No absolute form: the field Host stands.
    ("/http://h/x", "/http://h/x", "", "host"), ("http:/h/x", "http:/h/x", "", "host"), ("h:80", "h:80", "", "host"),
    ("*", "*", "", "host"), ("", "", "", "host"), ("//h/x", "//h/x", "", "host"), ("1://h/x", "1://h/x", "", "host"),
    ("http:/", "http:/", "", "host"),
  ])
  func `a target in the absolute form is taken apart`(target: String, path: String, query: String, host: String) {
    let request = Request(method: "GET", target: target, host: "host")
    #expect(request.path == path)
    #expect(request.query == query)
    #expect(request.host == host)
  }

  @Test(arguments: ["GET", "HEAD", "PROPFIND", "M-SEARCH"])
  func `a method that the parser under uvicorn knows is HTTP`(method: String) {
    #expect(Request(method: method, target: "/users/%C3%A9?%FF#x", contentType: "a\t/é\u{80}").isHTTP)
  }

  @Test(arguments: [
    Request(method: "FOO", target: "/"), Request(method: "get", target: "/"), Request(method: "GETT", target: "/"),
    Request(method: "GET", target: "/é"), Request(method: "GET", target: "/?\u{FFFD}"),
    Request(method: "GET", target: "/#é"), Request(method: "GET", target: "/", contentType: "application/json\u{1}"),
    Request(method: "GET", target: "/", contentType: "\u{7F}"),
    Request(method: "GET", target: "/", contentType: "\r"),
  ])
  func `other methods, bytes beyond ASCII and control characters are not`(request: Request) {
    #expect(!request.isHTTP)
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
