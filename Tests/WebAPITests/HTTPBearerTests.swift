import Testing

@testable import WebAPI

struct HTTPBearerTests {
  private struct Item: Schema {
    let name: String
    static let schema = ObjectSchema<Item>("Item", Item.init, Field("name", \.name, .string))
  }

  private static let bearer = HTTPBearer { token in
    switch token {
    case "r": .valid(Caller(name: "reading", role: .reader))
    case "w": .valid(Caller(name: "writing", role: .writer))
    case "old": .expired
    default: .unknown
    }
  }

  private static func api(_ security: HTTPBearer? = bearer) -> API {
    let id = Path<Int32>("item_id")
    return API(
      title: "Test", version: "1",
      [
        Operation(.get, "/items/{item_id}", "read_item", Inputs(id), returns: Item.self) { Item(name: "\($0)") },
        Operation(.put, "/items/{item_id}", "replace_item", Inputs(Body<Item>(), id), returns: Item.self) { $0.0 },
        Operation(.delete, "/items/{item_id}", "delete_item", Inputs(id), returns: NoContent.self, status: 204) { _ in
          NoContent()
        },
        Operation(healthCheck: "/livez") {},
        Operation(healthCheck: "/readyz") { throw HTTPError.unavailable("Service Unavailable") },
      ], security: security)
  }

  private func answer(
    _ authorization: String?, _ method: String = "GET", _ target: String = "/items/1", _ body: String = "",
    on api: API = api()
  ) async -> String {
    let request = Request(
      method: method, target: target, contentType: "application/json", authorization: authorization,
      body: Array(body.utf8))
    let response = await api.respond(to: request)
    let headers = response.headers.filter { $0.name != "Content-Type" }.map { " \($0.name): \($0.value)" }.joined()
    return "\(response.status)\(headers) \(String(decoding: response.body, as: UTF8.self))"
  }

  @Test(arguments: [bearer, nil])
  func `health checks are open to everybody, and not documented`(security: HTTPBearer?) async {
    let api = Self.api(security)
    #expect(await answer(nil, "GET", "/livez", on: api) == #"200 {"status":"ok"}"#)
    #expect(await answer("Bearer x", "HEAD", "/livez", on: api) == #"200 {"status":"ok"}"#)
    #expect(await answer(nil, "GET", "/readyz", on: api) == #"503 Retry-After: 1 {"detail":"Service Unavailable"}"#)
    let notAllowed = #"405 Allow: GET, HEAD, OPTIONS {"detail":"Method Not Allowed"}"#
    #expect(await answer(nil, "POST", "/livez", on: api) == notAllowed)
    #expect(api.document["paths"]?["/livez"] == nil)
    #expect(api.document["paths"]?["/items/{item_id}"] != nil)
  }

  @Test(arguments: [
    "/livez/", "/livez//", "//livez", "/livez%0A", "/livez%0A/", "/livez/%0A", "/livez%0a?x", "/livez%00", "/./livez",
    "/x/../livez", "/livez/.", "/livez%20", "/LIVEZ", "/livez;x", "/livez%2F", "/%2Flivez",
  ])
  func `a health check has one spelling, and none leads to it`(target: String) async {
    for method in ["GET", "HEAD", "POST", "OPTIONS"] {
      #expect(await answer(nil, method, target, on: Self.api(nil)) == #"404 {"detail":"Not Found"}"#)
    }
    for spelling in ["/livez?x", "/%6Civez", "/livez#x", "http://h/livez"] {  // to nginx the same path
      #expect(await answer(nil, "GET", spelling, on: Self.api(nil)) == #"200 {"status":"ok"}"#)
    }
  }

  private static let notAuthenticated = #"401 WWW-Authenticate: Bearer {"detail":"Not authenticated"}"#
  private static let invalid =
    #"401 WWW-Authenticate: Bearer error="invalid_token" {"detail":"Invalid authentication credentials"}"#

  /// Recorded from FastAPI, as are those that are let in below.
  @Test(arguments: [nil, "", "Bearer", "Bearer ", "Basic dTpw", "Bearer\tw", "w", " Bearer w", "Bearer \u{A0}"])
  func `without a bearer's token nobody is let in`(authorization: String?) async {
    #expect(await answer(authorization) == Self.notAuthenticated)
  }

  @Test(arguments: ["Bearer w", "bearer w", "BEARER   w ", "Bearer \t w"])
  func `the scheme's case and white space around the token do not matter`(authorization: String) async {
    #expect(await answer(authorization) == #"200 {"name":"1"}"#)
  }

  @Test(arguments: ["Bearer x", "Bearer W", "Bearer w w", "Bearer ww", "Bearer \u{E9}"])
  func `a token that nobody has is invalid`(authorization: String) async {
    #expect(await answer(authorization) == Self.invalid)
  }

  @Test func `a token that was valid once is told so`() async {
    #expect(
      await answer("Bearer old")
        == #"401 WWW-Authenticate: Bearer error="invalid_token", error_description="The access token expired" "#
        + #"{"detail":"Expired authentication credentials"}"#)
  }

  @Test func `a reader reads and a writer does everything`() async {
    #expect(await answer("Bearer r") == #"200 {"name":"1"}"#)
    #expect(await answer("Bearer r", "HEAD") == answer("Bearer r"))
    let forbidden = #"403 WWW-Authenticate: Bearer error="insufficient_scope" {"detail":"Not enough permissions"}"#
    #expect(await answer("Bearer r", "PUT", "/items/1", #"{"name":"a"}"#) == forbidden)
    #expect(await answer("Bearer r", "DELETE") == forbidden)
    #expect(await answer("Bearer w", "PUT", "/items/1", #"{"name":"a"}"#) == #"200 {"name":"a"}"#)
    #expect(await answer("Bearer w", "DELETE") == "204 ")
  }

  @Test(arguments: ["/items/x", "/items/1"], ["{", "[]", #"{"name":5}"#, #"{"name":"a"}"#])
  func `who is not let in learns nothing about what is valid`(target: String, body: String) async {
    #expect(await answer(nil, "PUT", target, body) == Self.notAuthenticated)
    #expect(await answer("Bearer x", "PUT", target, body) == Self.invalid)
    #expect(await answer("Bearer r", "PUT", target, body).hasPrefix("403 "))
  }

  @Test func `what leads to no operation is answered as ever`() async {
    #expect(await answer(nil, "GET", "/nothing") == #"404 {"detail":"Not Found"}"#)
    #expect(await answer(nil, "POST").hasPrefix("405 Allow: GET, HEAD, PUT, DELETE, OPTIONS "))
    #expect(await answer(nil, "OPTIONS").hasPrefix("204 Allow: "))
    #expect(await answer(nil, "GET", "/items/1/") == "307 Location: /items/1 ")
  }

  @Test func `an API without security lets everybody in`() async {
    let open = Self.api(nil)
    #expect(await answer(nil, on: open) == #"200 {"name":"1"}"#)
    #expect(await answer("Bearer x", on: open) == #"200 {"name":"1"}"#)
  }

  @Test func `the documentation has FastAPI's scheme, on each operation, and the answers`() {
    let document = Self.api().document
    #expect(document["components"]?["securitySchemes"] == ["HTTPBearer": ["type": "http", "scheme": "bearer"]])
    let item = document["paths"]?["/items/{item_id}"]
    for method in ["get", "put", "delete"] {
      #expect(item?[method]?["security"] == [["HTTPBearer": []]])
      let unauthorized = item?[method]?["responses"]?["401"]
      #expect(unauthorized?["headers"]?["WWW-Authenticate"] == ["schema": ["type": "string"]])
    }
    #expect(item?["get"]?["responses"]?["403"] == nil)
    #expect(item?["put"]?["responses"]?["403"]?["description"] == "Not enough permissions")
  }

  @Test func `the documentation of an open API does not mention it`() {
    let document = Self.api(nil).document
    #expect(document["components"]?["securitySchemes"] == nil)
    #expect(document["paths"]?["/items/{item_id}"]?["get"]?["security"] == nil)
    #expect(document["paths"]?["/items/{item_id}"]?["get"]?["responses"]?["401"] == nil)
  }
}
