/// The OpenAPI description (version 3.1.0) of a set of operations, laid out as FastAPI lays it out.
enum OpenAPIDocument {
  /// `server` is where the API lies on its host, if not at its top: FastAPI says so under `servers` as well.
  static func make(
    title: String, version: String, _ operations: [Operation], isSecured: Bool, server: String
  ) -> JSONValue {
    var components: JSONValue = ["schemas": schemas(operations)]
    if isSecured { components["securitySchemes"] = [HTTPBearer.schemeName: HTTPBearer.scheme] }
    var document: JSONValue = ["openapi": "3.1.0", "info": ["title": .string(title), "version": .string(version)]]
    if !server.isEmpty { document["servers"] = [["url": .string(server)]] }
    document["paths"] = paths(operations, isSecured: isSecured)
    document["components"] = components
    return document
  }

  private static func paths(_ operations: [Operation], isSecured: Bool) -> JSONValue {
    var paths: JSONValue = [:]
    for document in operations.compactMap(\.document) {
      var path = paths[document.path] ?? [:]
      path[document.method.rawValue.lowercased()] = document.json(isSecured: isSecured)
      paths[document.path] = path
    }
    return paths
  }

  private static func schemas(_ operations: [Operation]) -> JSONValue {
    let all = operations.compactMap(\.document).flatMap(\.schemas) + ownSchemas
    var schemas: JSONValue = [:]
    for schema in all.sorted(by: { $0.name < $1.name }) { schemas[schema.name] = schema.document }
    return schemas
  }

  /// Those that every API has.
  static let ownSchemas = [httpError, httpValidationError, validationError]

  private static let httpError = SchemaDocument(
    name: "HTTPError",
    document: [
      "properties": ["detail": ["type": "string", "title": "Detail"]], "type": "object", "required": ["detail"],
      "title": "HTTPError",
    ])

  private static let httpValidationError = SchemaDocument(
    name: "HTTPValidationError",
    document: [
      "properties": [
        "detail": [
          "items": ["$ref": "#/components/schemas/ValidationError"], "type": "array", "title": "Detail",
        ]
      ], "type": "object", "title": "HTTPValidationError",
    ])

  private static let validationError = SchemaDocument(
    name: "ValidationError",
    document: [
      "properties": [
        "loc": [
          "items": ["anyOf": [["type": "string"], ["type": "integer"]]], "type": "array", "title": "Location",
        ],
        "msg": ["type": "string", "title": "Message"], "type": ["type": "string", "title": "Error Type"],
        "input": ["title": "Input"], "ctx": ["type": "object", "title": "Context"],
      ], "type": "object", "required": ["loc", "msg", "type"], "title": "ValidationError",
    ])
}
