import Glibc
import TestSupport
import Testing

/// The documentation pages, which nginx answers with files.
extension StackTests {
  @Test func `the other ending of a page redirects as well`() async throws {
    for target in ["/docs/?a=b", "/docs//?a=b"] {
      let answer = try await Stack.shared().client().send("POST", target, "{}")
      #expect(answer.status == 307)
      #expect(answer.headers["location"] == "http://localhost:8080/docs?a=b")
      #expect(answer.headers["content-type"] == nil)
      #expect(answer.body == "")
    }
  }

  @Test(arguments: ["/%64ocs", "/docs%0A", "/docs#x", "/docs?/../x", "/openapi%2Ejson"])
  func `a page has many spellings`(target: String) async throws {
    #expect(try await Stack.shared().client().send("GET", target).status == 200)
  }

  @Test(arguments: [
    "/users/../docs", "/./docs", "/docs/%2e", "//docs", "/docs%0A%0A", "/x/../docs/static/swagger-ui.css",
  ])
  func `dot segments lead to no page, because the application does not resolve them`(target: String) async throws {
    let answer = try await Stack.shared().client().send("GET", target)
    #expect(answer.status == 404)
    #expect(answer.body == #"{"detail":"Not Found"}"#)
  }

  @Test func `a page is read, and nothing else`() async throws {
    let http = try await Stack.shared().client()
    let refused = try http.send("POST", "/docs", "{}")
    #expect(refused.status == 405)
    #expect(refused.headers["allow"] == "GET, HEAD, OPTIONS")
    #expect(try http.send("OPTIONS", "/redoc").status == 204)
    #expect(try http.send("HEAD", "/openapi.json").status == 200)
  }

  @Test func `a folder of the documentation is no page`() async throws {
    #expect(try await Stack.shared().client().send("GET", "/docs/static/").status == 404)
  }

  @Test func `the documentation is static, its description the program's`() async throws {
    let http = try await Stack.shared().client()
    let description = try Program.run(["openapi"])
    #expect(description.status == 0)
    #expect(try http.send("GET", "/openapi.json").body == description.output)
    for page in ["/docs", "/redoc"] {
      let answer = try http.send("GET", page)
      #expect(answer.status == 200)
      #expect(answer.headers["content-security-policy"]?.contains("default-src 'none'") == true)
      #expect(!answer.body.contains("://"))
    }
  }
}
