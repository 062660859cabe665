import Testing

@testable import WebAPI

struct OpenAPIDocumentTests {
  private static let document = API(
    title: "Test", version: "1",
    [
      Operation(
        .get, "/points/", "read_points", Inputs(Query<Int64>("skip", default: 0, .atLeast(0)), Query<String>("name")),
        returns: [Point].self
      ) { _, _ in [] },
      Operation(
        .put, "/points/{point_id}", "replace_point", Inputs(Path<Int32>("point_id"), Body<Point>()),
        returns: Point.self,
        errors: [HTTPError(404, "Point not found")]
      ) { $1 },
    ]
  ).document

  @Test func `operations are named as FastAPI names them`() {
    let operation = Self.document["paths"]?["/points/"]?["get"]
    #expect(operation?["operationId"] == "read_points_points__get")
    #expect(operation?["summary"] == "Read Points")
    #expect(
      Self.document["paths"]?["/points/{point_id}"]?["put"]?["operationId"] == "replace_point_points__point_id__put")
  }

  @Test func `parameters say whether they are required, and what holds otherwise`() {
    #expect(
      Self.document["paths"]?["/points/"]?["get"]?["parameters"] == [
        [
          "name": "skip", "in": "query", "required": false,
          "schema": [
            "type": "integer", "minimum": 0, "maximum": .integer(.max), "default": 0, "title": "Skip",
          ],
        ],
        ["name": "name", "in": "query", "required": true, "schema": ["type": "string", "title": "Name"]],
      ])
  }

  @Test func `an array's answer is titled after its operation`() {
    let content = Self.document["paths"]?["/points/"]?["get"]?["responses"]?["200"]?["content"]
    #expect(
      content?["application/json"]?["schema"] == [
        "type": "array", "items": ["$ref": "#/components/schemas/Point"],
        "title": "Response Read Points Points  Get",
      ])
  }

  @Test func `the body and every answer are documented`() {
    let operation = Self.document["paths"]?["/points/{point_id}"]?["put"]
    #expect(operation?["requestBody"]?["required"] == true)
    #expect(operation?["responses"]?["404"]?["description"] == "Point not found")
    for status in ["200", "400", "404", "413", "422", "503"] {
      #expect(operation?["responses"]?[status] != nil)
    }
  }

  private static let declaring = API(
    title: "Test", version: "1",
    [
      Operation(
        .put, "/points/{point_id}", "put_point", Inputs(Path<Int32>("point_id"), Body<Point>()),
        returns: Answer<Point>.self, status: 201, responseDescription: "It is new",
        also: [200: "It was there", 204: "Nothing changed", 304: "As it was"],
        headers: ["ETag", "Location"], errors: [HTTPError(422, "Not here")], tags: ["points", "more"],
        summary: "Put it", description: "Some *words*."
      ) { Answer($1) },
      Operation(
        .get, "/points/", "read_points", Inputs(), returns: Answer<[Point]>.self, also: [203: "From elsewhere"]
      ) { Answer([]) },
    ]
  ).document["paths"]

  /// Recorded from FastAPI with `responses=`, `tags=`, `summary=`, `description=`.
  @Test func `what an operation declares is documented as FastAPI does it`() {
    let put = Self.declaring?["/points/{point_id}"]?["put"]
    guard case .object(let members)? = put, case .object(let responses)? = put?["responses"] else {
      Issue.record("no operation")
      return
    }
    #expect(
      members.members.map(\.key.text)
        == ["tags", "summary", "description", "operationId", "parameters", "requestBody", "responses"])
    #expect(put?["tags"] == ["points", "more"])
    #expect(put?["summary"] == "Put it" && put?["description"] == "Some *words*.")
    let headers: JSONValue = ["ETag": ["schema": ["type": "string"]], "Location": ["schema": ["type": "string"]]]
    let content: JSONValue = ["application/json": ["schema": ["$ref": "#/components/schemas/Point"]]]
    #expect(
      put?["responses"]?["201"] == ["description": "It is new", "content": content, "headers": headers])
    #expect(put?["responses"]?["200"] == ["description": "It was there", "content": content, "headers": headers])
    #expect(put?["responses"]?["204"] == ["description": "Nothing changed", "headers": headers])
    #expect(put?["responses"]?["304"] == ["description": "As it was", "headers": headers])
    #expect(
      responses.members.map(\.key.text) == ["201", "200", "204", "304", "400", "413", "503", "422"])
  }

  @Test func `an array with another status is titled after that too`() {
    let content = Self.declaring?["/points/"]?["get"]?["responses"]?["203"]?["content"]
    #expect(content?["application/json"]?["schema"]?["title"] == "Response 203 Read Points Points  Get")
  }

  @Test func `a 422 of the handler's own stands beside that of validation`() {
    #expect(
      Self.declaring?["/points/{point_id}"]?["put"]?["responses"]?["422"] == [
        "description": "Validation Error; Not here",
        "content": [
          "application/json": [
            "schema": [
              "anyOf": [
                ["$ref": "#/components/schemas/HTTPValidationError"], ["$ref": "#/components/schemas/HTTPError"],
              ]
            ]
          ]
        ],
      ])
  }

  @Test func `each schema is listed once, by name`() {
    guard case .object(let schemas)? = Self.document["components"]?["schemas"] else {
      Issue.record("no schemas")
      return
    }
    #expect(schemas.members.map(\.key.text) == ["HTTPError", "HTTPValidationError", "Point", "ValidationError"])
  }
}
