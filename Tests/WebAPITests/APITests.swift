import Testing

@testable import WebAPI

struct APITests {
  private struct Item: Schema {
    let name: String
    static let schema = ObjectSchema<Item>("Item", Item.init, Field("name", \.name, .string))
  }

  private struct Broken: Error {}

  private final class Log: @unchecked Sendable {  // one test, one task
    var lines: [String] = []
  }

  private static func api(_ log: Log = Log()) -> API {
    let resource = Depends<Int>(
      {
        log.lines.append("open"); return 7
      }, release: { _, _ in log.lines.append("close") })
    return API(
      title: "Test", version: "1",
      [
        Operation(.get, "/items/{item_id}", "read_item", Inputs(Path<Int32>("item_id"), resource), returns: Item.self)
        {
          id, resource in
          if id == 404 { throw HTTPError(404, "Item not found", headers: ["X-Why": "none"]) }
          if id == 500 { throw Broken() }
          return Item(name: "\(id) \(resource)")
        },
        Operation(
          .put, "/items/{item_id}", "replace_item",
          Inputs(Body<Item>(), Path<Int32>("item_id"), Query<Int64>("limit", default: 5, .atLeast(0)), resource),
          returns: Item.self
        ) { item, _, limit, _ in Item(name: item.name + " \(limit)") },
        Operation(
          .delete, "/items/{item_id}", "delete_item", Inputs(Path<Int32>("item_id")), returns: NoContent.self,
          status: 204
        ) {
          _ in NoContent()
        },
      ],
      report: { error, request in log.lines.append("\(request.path): \(error)") })
  }

  private func answer(
    _ method: String, _ target: String, _ body: String = "", type: String? = "application/json",
    host: String? = "host:81", log: Log = Log()
  ) async -> String {
    let request = Request(
      method: method, target: target, contentType: type, host: host, scheme: "https", body: Array(body.utf8))
    let response = await Self.api(log).respond(to: request)
    let headers = response.headers.filter { $0.name != "Content-Type" }.map { " \($0.name): \($0.value)" }.joined()
    return "\(response.status)\(headers) \(String(decoding: response.body, as: UTF8.self))"
  }

  @Test func `a valid call is answered with the schema's fields`() async {
    #expect(await answer("GET", "/items/1") == #"200 {"name":"1 7"}"#)
    #expect(await answer("PUT", "/items/1?limit=6", #"{"name":"a","id":3}"#) == #"200 {"name":"a 6"}"#)
    #expect(await answer("DELETE", "/items/1") == "204 ")
  }

  @Test func `a dependency is opened for valid calls only, and always closed`() async {
    let log = Log()
    _ = await answer("GET", "/items/x", log: log)
    #expect(log.lines.isEmpty)
    _ = await answer("GET", "/items/1", log: log)
    _ = await answer("GET", "/items/404", log: log)
    #expect(log.lines == ["open", "close", "open", "close"])
  }

  @Test func `all errors come at once, path first, then query, then body`() async {
    let integer = "Input should be a valid integer, unable to parse string as an integer"
    #expect(
      await answer("PUT", "/items/x?limit=y", "{}")
        == #"422 {"detail":[{"type":"int_parsing","loc":["path","item_id"],"msg":"\#(integer)","input":"x"},"#
        + #"{"type":"int_parsing","loc":["query","limit"],"msg":"\#(integer)","input":"y"},"#
        + #"{"type":"missing","loc":["body","name"],"msg":"Field required","input":{}}]}"#)
  }

  @Test func `a broken body comes before all other errors`() async {
    #expect(
      await answer("PUT", "/items/x", "{")
        == #"422 {"detail":[{"type":"json_invalid","loc":["body",1],"msg":"JSON decode error","input":{},"#
        + #""ctx":{"error":"Expecting property name enclosed in double quotes"}}]}"#)
    #expect(await answer("PUT", "/items/x", "[" + String(repeating: "9", count: 5000)).hasPrefix("400 "))
  }

  @Test func `a body is missing, or text where its type is not JSON`() async {
    #expect(
      await answer("PUT", "/items/1").contains(
        #"{"type":"missing","loc":["body"],"msg":"Field required","input":null}"#))
    #expect(
      await answer("PUT", "/items/1", "{}", type: nil).contains(
        #"{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to "#
          + #"extract fields from","input":"{}"}"#))
  }

  @Test func `private keys are not echoed`() async {
    #expect(await answer("PUT", "/items/1", #"{"_sa":1,"a":[{"_sax":2}]}"#).contains(#""input":{"a":[{}]}}"#))
  }

  @Test func `what a handler throws is its answer`() async {
    #expect(await answer("GET", "/items/404") == #"404 X-Why: none {"detail":"Item not found"}"#)
  }

  @Test func `what nobody expected is reported and answered with 500`() async {
    let log = Log()
    #expect(await answer("GET", "/items/500", log: log) == "500 Internal Server Error")
    #expect(log.lines.last == "/items/500: Broken()")
  }

  @Test func `an unknown path is 404, an unknown method 405 with those that there are`() async {
    #expect(await answer("GET", "/nothing") == #"404 {"detail":"Not Found"}"#)
    let allow = "Allow: GET, HEAD, PUT, DELETE, OPTIONS"
    #expect(await answer("POST", "/items/1") == #"405 \#(allow) {"detail":"Method Not Allowed"}"#)
    #expect(await answer("OPTIONS", "/items/1") == "204 \(allow) ")
  }

  @Test func `HEAD is answered like GET, and who sends the answer leaves the body out`() async {
    for target in ["/items/1", "/items/404", "/items/x", "/items/500", "/nothing", "/openapi.json"] {
      #expect(await answer("HEAD", target) == answer("GET", target))
    }
  }

  @Test func `the other ending of a path redirects, with the query and the scheme`() async {
    #expect(await answer("GET", "/items/1/?a=b") == "307 Location: https://host:81/items/1?a=b ")
    #expect(await answer("GET", "/items/%0d%0aX:1/") == "307 Location: https://host:81/items/%0D%0AX:1 ")
    #expect(await answer("PATCH", "/items/%3F%23/") == "307 Location: https://host:81/items/%3F%23 ")
    #expect(await answer("GET", "/docs/") == "307 Location: https://host:81/docs ")
  }

  @Test func `a slash that is one character with what stands beside it is a slash`() async {
    // U+034A joins what comes before it, U+0600 what comes behind.
    #expect(await answer("GET", "/items/%CD%8A/") == "307 Location: https://host:81/items/%CD%8A ")
    #expect(await answer("GET", "/items/%D8%80/") == "307 Location: https://host:81/items/%D8%80 ")
  }

  @Test func `without a usable host a redirect is relative`() async {
    #expect(await answer("GET", "/items/1/?a=b", host: nil) == "307 Location: /items/1?a=b ")
    #expect(await answer("GET", "/items/1/", host: "host:x") == "307 Location: /items/1 ")
  }

  @Test func `a redirect whose Location no web server would take is a 414`() async {
    func status(_ target: String, host: String? = "h", root: String = "") async -> Int {
      let request = Request(method: "GET", target: target, host: host)
      let placed = root.isEmpty ? request : request.at(rootPath: root, path: request.path)
      let response = await Self.api().respond(to: placed)
      let location = response.headers.first { $0.name == "Location" }?.value
      #expect(location.map { $0.utf8.count <= 30 << 10 } != false)
      return response.status
    }
    func times(_ count: Int, _ text: String) -> String { String(repeating: text, count: count) }
    #expect(await status("/items/" + times(12_000, "|") + "/") == 414)
    #expect(await status("/items/" + times(10_000, "|") + "/") == 307)
    #expect(await status("/items/" + times(12_000, "|")) == 422, "no redirect")
    #expect(await status("/items/1/?" + times(12_000, "\"")) == 414)
    #expect(await status("/docs/?" + times(12_000, "|")) == 414)
    #expect(await status("/items/" + times(16_000, "1") + "/", host: times(16_000, "h")) == 414)
    #expect(await status("/items/1/", root: "/" + times(12_000, "é")) == 414)
    #expect(await status("/items/" + times(5_000, "%0A") + "/" + times(5_000, "/")) == 307)
    #expect(await status("/items/1/", host: times(40_000, "|")) == 307, "no host, and relative")
  }

  @Test func `what is no HTTP is refused before all else`() async {
    #expect(await answer("FOO", "/nothing") == "400 Invalid HTTP request received.")
    #expect(await answer("PUT", "/items/é", "{") == "400 Invalid HTTP request received.")
    #expect(await answer("HEAD", "/items/1", type: "\u{1}") == "400 Invalid HTTP request received.")
  }

  @Test func `of a page only what is not reading it is answered`() async {
    #expect(await answer("POST", "/docs") == #"405 Allow: GET, HEAD, OPTIONS {"detail":"Method Not Allowed"}"#)
    #expect(await answer("OPTIONS", "/redoc") == "204 Allow: GET, HEAD, OPTIONS ")
    #expect(await answer("GET", "/docs") == #"404 {"detail":"Not Found"}"#)
  }

  @Test func `the description is answered, and says where the API lies`() async throws {
    #expect(await answer("GET", "/openapi.json") == "200 \(Self.api().document.text)")
    let request = Request(method: "GET", target: "/a b/openapi.json").at(rootPath: "/a b", path: "/openapi.json")
    let text = String(decoding: await Self.api().respond(to: request).body, as: UTF8.self)
    #expect(
      text.hasPrefix(
        #"{"openapi":"3.1.0","info":{"title":"Test","version":"1"},"servers":[{"url":"/a%20b"}],"paths":{"#))
    #expect(
      await answer("POST", "/openapi.json") == #"405 Allow: GET, HEAD, OPTIONS {"detail":"Method Not Allowed"}"#)
  }

  @Test func `below a root path redirects keep it, and a path that makes no sense there is taken whole`() async {
    func status(_ root: String, _ path: String) async -> String {
      let request = Request(method: "GET", target: root + path, host: "h", scheme: "http").at(
        rootPath: root, path: path)
      let response = await Self.api().respond(to: request)
      return "\(response.status)" + response.headers.filter { $0.name == "Location" }.map { " \($0.value)" }.joined()
    }
    #expect(await status("/api", "/items/1") == "200")
    #expect(await status("/api", "/items/1/") == "307 http://h/api/items/1")
    #expect(await status("/items", "/1") == "200", "lighttpd's first segment")
    #expect(await status("/items", "/1/") == "307 http://h/items/1")
    #expect(await status("/api", "/nothing") == "404")
  }
}
