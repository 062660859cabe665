import Testing

@testable import WebAPI

struct APIProblemsTests {
  private struct Item: Schema {
    let name: String
    static let schema = ObjectSchema<Item>("Item", Item.init, Field("name", \.name, .string))
    static let longer = ObjectSchema<Item>("Item", Item.init, Field("name", \.name, .string(maximumLength: 5)))
  }

  private struct Swapped: Schema {
    let email: String
    let name: String
    static let schema = ObjectSchema<Swapped>(
      "Swapped", Swapped.init, Field("name", \.name, .string), Field("email", \.email, .string))
  }

  private struct HTTPErrorOfMine: Schema {
    let text: String
    static let schema = ObjectSchema<HTTPErrorOfMine>(
      "HTTPError", HTTPErrorOfMine.init, Field("text", \.text, .string))
  }

  private func problems(_ operations: WebAPI.Operation...) -> [String] {
    API(title: "Test", version: "1", operations).problems()
  }

  private func get(_ path: String, _ name: String = "read", errors: [HTTPError] = []) -> WebAPI.Operation {
    Operation(.get, path, name, Inputs(), returns: Item.self, errors: errors) { Item(name: "") }
  }

  private let id = Path<Int32>("id")

  @Test func `what fits together has none`() {
    #expect(
      problems(
        Operation(.get, "/items/{id}", "read", Inputs(id), returns: Item.self) { _ in Item(name: "") },
        Operation(.put, "/items/{id}", "replace", Inputs(id, Body<Item>()), returns: Item.self) { $1 },
        Operation(
          .delete, "/items/{id}", "delete", Inputs(id), returns: Answer<Item>.self, status: 200, also: [204: "Gone"],
          headers: ["ETag"], errors: [HTTPError(404, "a"), HTTPError(404, "b"), HTTPError(422, "c")]
        ) { _ in .empty(204) },
        Operation(healthCheck: "/livez") {}
      ).isEmpty)
  }

  @Test func `a path and its parameters fit`() {
    #expect(
      problems(Operation(.get, "/items/{item_id}", "read", Inputs(id), returns: NoContent.self) { _ in NoContent() })
        == [
          #"GET /items/{item_id}: the input Path("id") is not in the path"#,
          #"GET /items/{item_id}: no input is the Path("item_id") of the path"#,
        ])
    #expect(problems(get("items")) == ["GET items: the path does not begin with a slash"])
    #expect(problems(get("/x{id}")) == ["GET /x{id}: a parameter is a whole segment, which x{id} is not"])
    #expect(
      problems(Operation(.get, "/{id}/{id}", "read", Inputs(id), returns: Item.self) { _ in Item(name: "") })
        == ["GET /{id}/{id}: the path has {id} more than once"])
  }

  @Test func `what is there twice is found`() {
    #expect(
      problems(get("/a"), get("/a", "other"), get("/{x}", "z"))
        == [
          #"GET /{x}: no input is the Path("x") of the path"#,
          "GET /a: several operations are declared for this method and path",
        ])
    #expect(problems(get("/a.b"), get("/a-b")) == ["several operations have the operationId read_a_b_get"])
    let (skip, other) = (Query<Int32>("skip", default: 0), Query<Int32>("skip", default: 1))
    #expect(
      problems(Operation(.get, "/a", "read", Inputs(skip, skip), returns: Item.self) { _, _ in Item(name: "") })
        == [],
      "what a dependency and its operation both read is one parameter")
    #expect(
      problems(Operation(.get, "/a", "read", Inputs(skip, other), returns: Item.self) { _, _ in Item(name: "") })
        == [#"GET /a: the query parameter "skip" is there more than once"#])
    #expect(
      problems(
        Operation(.post, "/a", "make", Inputs(Body<Item>(), Body<Item>()), returns: Item.self) { $1 })
        == ["POST /a: there is more than one body"])
    #expect(
      problems(get("/a", errors: [HTTPError(404, "x"), HTTPError(404, "x")]))
        == [#"GET /a: HTTPError(404, "x") is there more than once"#])
  }

  @Test func `the router's two paths of one shape are one`() {
    let other = Path<Int32>("other")
    #expect(
      problems(
        Operation(.get, "/a/{id}", "x", Inputs(id), returns: NoContent.self) { _ in NoContent() },
        Operation(.get, "/a/{other}", "y", Inputs(other), returns: NoContent.self) { _ in NoContent() },
        Operation(.put, "/a/{other}", "y", Inputs(other), returns: NoContent.self) { _ in NoContent() })
        == ["GET /a/{}: several operations are declared for this method and path"])
  }

  @Test func `statuses are what they say`() {
    #expect(
      problems(
        Operation(
          .put, "/a", "x", Inputs(), returns: Item.self, status: 204, also: [404: "None", 200: "A", 200: "B"],
          headers: ["X Y"], errors: [HTTPError(201, "Created"), HTTPError(600, "?")]
        ) { Item(name: "") })
        == [
          "PUT /a: 404 is no status of success", "PUT /a: the status 200 is there more than once",
          "PUT /a: an answer with its status has no body, but a body is returned",
          "PUT /a: \"X Y\" is no name of a header field", "PUT /a: HTTPError(201) is no error: 400 to 599",
          "PUT /a: HTTPError(600) is no error: 400 to 599",
        ])
  }

  @Test func `schemas of one name are one, and their fields in order`() {
    let different = "Item: several schemas have this name, and differ"
    #expect(
      problems(Operation(.put, "/a", "x", Inputs(Body(Item.longer)), returns: Item.self) { $0 }) == [different])
    #expect(
      problems(
        Operation(.put, "/a", "x", Inputs(Body<Swapped>()), returns: Swapped.self) { $0 },
        Operation(.put, "/b", "x", Inputs(), returns: HTTPErrorOfMine.self) { HTTPErrorOfMine(text: "") })
        == [
          #"Swapped: the field "email" comes behind "name", but the struct declares it before; it would get another one's value"#,
          "HTTPError: several schemas have this name, and differ",
        ])
  }
}
