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

  @Test func `each schema is listed once, by name`() {
    guard case .object(let schemas)? = Self.document["components"]?["schemas"] else {
      Issue.record("no schemas")
      return
    }
    #expect(schemas.members.map(\.key.text) == ["HTTPError", "HTTPValidationError", "Point", "ValidationError"])
  }
}
