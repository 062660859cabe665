import EventLoop
import TestSupport
import Testing
import WebAPI

@testable import FastCGI
@testable import Gateway

struct GatewayTests {
  private typealias Parameters = [(String, String)]

  private static let api = API(
    title: "Test", version: "1",
    [
      Operation(.get, "/users/", "read_users", Inputs(), returns: NoContent.self, status: 200) { NoContent() },
      Operation(.get, "/users/{id}", "read_user", Inputs(Path<Int32>("id")), returns: NoContent.self) { _ in
        NoContent()
      },
      Operation(healthCheck: "/livez") {},
    ])

  /// The status and the Location of what is answered to these parameters.
  private func answer(_ parameters: Parameters, rootPath: String = "") async throws -> String {
    let records = Records.stream(4, parameters.flatMap { Records.pair($0.0, $0.1) })
    let list = records.withUnsafeBytes { ParameterList(records: $0) }
    let response = try await onLoop {
      await gateway(to: Self.api, rootPath: rootPath)(FastCGI.Request(environment: list, body: []))
    }
    let location = response.headers.first { $0.name == "Location" }.map { " \($0.value)" } ?? ""
    return "\(response.status)\(location)"
  }

  private static let host = ("HTTP_HOST", "h:81")

  @Test(
    arguments: [
      [("REQUEST_URI", "/api/users?a=b"), ("SCRIPT_NAME", "/api")],
      [("REQUEST_URI", "/api/users?a=b"), ("SCRIPT_NAME", "/api/")],
      [("REQUEST_URI", "/api/users?a=b"), ("SCRIPT_NAME", "/api"), ("PATH_INFO", "/users")],
      [("REQUEST_URI", "/api/users?a=b"), ("SCRIPT_NAME", "/users")],
      [("REQUEST_URI", "/api/users?a=b"), ("SCRIPT_NAME", ""), ("PATH_INFO", "/users")],
      [("REQUEST_URI", "http://h:81/api/users?a=b"), ("SCRIPT_NAME", "/api")],
      [("SCRIPT_NAME", "/api"), ("PATH_INFO", "/users"), ("QUERY_STRING", "a=b")],
    ] as [[(String, String)]])
  func `below a prefix routes match, and redirects keep it`(parameters: [(String, String)]) async throws {
    #expect(try await answer(parameters + [Self.host]) == "307 http://h:81/api/users/?a=b")
  }

  @Test func `a prefix is encoded in redirects`() async throws {
    let parameters = [("REQUEST_URI", "/%C3%A9%20%23/users"), ("SCRIPT_NAME", "/é #"), Self.host]
    #expect(try await answer(parameters) == "307 http://h:81/%C3%A9%20%23/users/")
  }

  @Test(arguments: [
    ("/users/1", "/users", "/1"), ("/users/", "/users", "/"), ("/users/1", "/users/1", ""),
    ("/users/", "/users/", ""),
  ])
  func `a web server that cuts the path anywhere does not mislead`(target: String, script: String, info: String)
    async throws
  {
    let parameters = [("REQUEST_URI", target), ("SCRIPT_NAME", script), ("PATH_INFO", info)]
    #expect(try await answer(parameters) == "200")
  }

  @Test(arguments: [
    ("/livez", "", "", ""), ("/%6Civez", "/livez", "", ""), ("/livez", "", "/livez", ""), ("/livez", "/", "", ""),
    ("/api/livez", "/api", "", ""), ("/api/livez", "/livez", "", ""), ("/api/livez", "/api", "/livez", ""),
    ("/livez", "", "", "/api"), ("/livez", "/livez", "", "/api"), ("/up", "/cgi-bin/roster", "/livez", ""),
  ])
  func `a health check is found where the web server has seen it`(
    target: String, script: String, info: String, rootPath: String
  ) async throws {
    let parameters = [("REQUEST_URI", target), ("SCRIPT_NAME", script), ("PATH_INFO", info)]
    #expect(try await answer(parameters, rootPath: rootPath) == "200")
  }

  /// Else nginx's `location = /livez` would close one of several ways.
  @Test(arguments: [
    ("/api/livez", "", "", "/api"), ("/api/livez", "/api/livez", "", "/api"), ("/livez", "/api", "", ""),
    ("/livez", "/index.fcgi", "", ""), ("/api/api/livez", "/api", "", "/api"),
    ("/livez", "/cgi-bin/roster", "/x", ""),
    ("/x/../livez", "/livez", "", ""), ("/x/..%2Flivez", "/livez", "", ""), ("//livez", "//livez", "", ""),
    ("//livez", "/livez", "", ""), ("/livez%0A", "/livez\n", "", ""), ("/livez%0A", "/livez", "", ""),
    ("/api/livez%0A", "/api", "", ""), ("/api/livez/", "/api", "", ""), ("/api//livez", "/api", "", ""),
    ("/livez/../api/x", "/api/x", "", ""), ("/livez/x", "/livez", "", ""), ("/api/livez", "", "", ""),
  ])
  func `a health check is found nowhere else`(
    target: String, script: String, info: String, rootPath: String
  ) async throws {
    let parameters = [("REQUEST_URI", target), ("SCRIPT_NAME", script), ("PATH_INFO", info)]
    #expect(try await answer(parameters, rootPath: rootPath) == "404")
  }

  @Test func `a proxy that takes a prefix off is made good by a setting`() async throws {
    for target in ["/users", "/api/users"] {
      #expect(
        try await answer([("REQUEST_URI", target), Self.host], rootPath: "/api") == "307 http://h:81/api/users/")
    }
  }

  @Test(
    arguments: [
      ([("REQUEST_SCHEME", "http")], "http"), ([("REQUEST_SCHEME", "HTTPS")], "https"), ([("HTTPS", "on")], "https"),
      ([("HTTPS", "1")], "https"), ([("HTTPS", "OFF")], "http"), ([("HTTPS", "")], "http"), ([], "http"),
      // Set behind an include.
      ([("REQUEST_SCHEME", "http"), ("HTTPS", ""), ("HTTPS", "on")], "https"),
      ([("REQUEST_SCHEME", "http"), ("REQUEST_SCHEME", "https")], "https"),
      ([("HTTPS", "on"), ("HTTPS", "")], "http"), ([("REQUEST_SCHEME", "https"), ("HTTPS", "off")], "https"),
    ] as [([(String, String)], String)])
  func `HTTPS or REQUEST_SCHEME says that the client speaks TLS`(parameters: [(String, String)], scheme: String)
    async throws
  {
    #expect(try await answer([("REQUEST_URI", "/users"), Self.host] + parameters) == "307 \(scheme)://h:81/users/")
  }

  @Test func `of a parameter that is set twice the last one counts`() async throws {
    let parameters = [("REQUEST_URI", "/x"), ("HTTP_HOST", "x"), ("REQUEST_URI", "/users"), Self.host]
    #expect(try await answer(parameters) == "307 http://h:81/users/")
    #expect(try await answer(parameters + [("HTTP_HOST", "")]) == "307 /users/")
  }

  @Test(arguments: [
    ("http://a/users", "307 http://a/users/"), ("HTTP://a:1/users?x", "307 http://a:1/users/?x"),
    ("http://a/users/", "200"), ("http://a", "404"), ("http://a?x=/users/", "404"),
    ("http:///users", "307 /users/"), ("http://u@a/users", "307 /users/"), ("http://a:x/users", "307 /users/"),
    ("*", "404"), ("a:80", "404"), ("http:/users", "404"), ("://a/users/", "404"),
  ])
  func `a target in the absolute form has its own host, whatever Host says`(target: String, expected: String)
    async throws
  {
    #expect(try await answer([("REQUEST_URI", target), Self.host]) == expected)
  }
}
