import Testing

@testable import WebAPI

struct RouterTests {
  private static func operation(_ method: WebAPI.Method, _ path: String) -> WebAPI.Operation {
    Operation(method, path, "x", Inputs(), returns: NoContent.self) { NoContent() }
  }

  private let router = Router(
    [
      operation(.get, "/users/"), operation(.post, "/users/"), operation(.get, "/users/{user_id}"),
      operation(.get, "/users/me"), operation(.get, "/users/{user_id}/orders/{order_id}"),
      operation(.get, "/users/me/name"),
    ], pages: ["/docs"])

  private func found(_ method: String, _ path: String) -> String {
    switch router.match(method, path) {
    case .operation(let operation, let values): ([operation.path] + values).joined(separator: " ")
    case .otherMethods(let methods): methods.map(\.rawValue).joined(separator: " ")
    case .page: "page"
    case .none: "none"
    }
  }

  @Test(arguments: [
    ("/users/", "/users/"), ("/users/1", "/users/{user_id} 1"), ("/users/me", "/users/me"),
    ("/users/mex", "/users/{user_id} mex"), ("/users/1/orders/2", "/users/{user_id}/orders/{order_id} 1 2"),
    ("/users/me/orders/2", "/users/{user_id}/orders/{order_id} me 2"), ("/users/me/name", "/users/me/name"),
    ("/users", "none"), ("/users//", "none"), ("//users/", "none"), ("/users/1/", "none"), ("/", "none"),
    ("", "none"), ("users/", "none"), ("/users/é", "/users/{user_id} é"),
  ])
  func `a path finds its operation and the values of its parameters`(path: String, result: String) {
    #expect(found("GET", path) == result)
  }

  @Test func `a newline at the end does not count behind a literal, as in Starlette's regular expressions`() {
    #expect(found("GET", "/users/\n") == "/users/")
    #expect(found("GET", "/users/me\n") == "/users/me")
    #expect(found("GET", "/users/1\n") == "/users/{user_id} 1\n")
    #expect(found("GET", "/users/\n\n") == "/users/{user_id} \n\n")
    #expect(found("PUT", "/users/\n") == "GET POST")
    #expect(found("GET", "/nothing\n") == "none")
  }

  @Test(arguments: ["/livez", "/users/livez"])
  func `a health check has one spelling`(path: String) {
    let router = Router([Self.operation(.get, "/users/"), Operation(healthCheck: path) {}])
    func isFound(_ method: String, _ path: String, isExact: Bool = true) -> Bool {
      if case .none = router.match(method, path, isExact: isExact) { false } else { true }
    }
    #expect(isFound("GET", path) && isFound("HEAD", path) && isFound("POST", path))
    #expect(!isFound("GET", path, isExact: false))
    for other in ["\(path)\n", "\(path)/", "/\(path)", "\(path)\n\n", "\(path)\r", "\(path) ", path.uppercased()] {
      for method in ["GET", "HEAD", "POST", "OPTIONS"] { #expect(!isFound(method, other), "\(method) \(other)") }
    }
    #expect(isFound("GET", "/users/\n"), "which is FastAPI's")
  }

  @Test func `a page is the web server's to read, and has no other method`() {
    #expect(found("GET", "/docs") == "page")
    #expect(found("HEAD", "/docs\n") == "page")
    #expect(found("POST", "/docs") == "GET")
    #expect(found("POST", "/docs\n") == "GET")
    #expect(found("GET", "/docs/") == "none")
  }

  @Test func `HEAD is GET, and another method learns which there are`() {
    #expect(found("HEAD", "/users/1") == "/users/{user_id} 1")
    #expect(found("DELETE", "/users/") == "GET POST")
    #expect(found("get", "/users/1") == "GET")
  }
}
