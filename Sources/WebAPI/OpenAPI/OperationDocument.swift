/// What the documentation says of one operation; filled in by the operation's inputs.
public struct OperationDocument: Sendable {
  let path: String
  let method: Method
  private(set) var schemas: [SchemaDocument] = []
  private let name: String
  private let status: Int
  private var parameters: [JSONValue] = []
  private var body: JSONValue?
  private var result: JSONValue?
  private var errors: [HTTPError] = []

  init(name: String, path: String, method: Method, status: Int) {
    self.name = name
    self.path = path
    self.method = method
    self.status = status
  }

  var hasBody: Bool { body != nil }

  mutating func add(parameter name: String, in place: String, required: Bool, schema: JSONValue) {
    var schema = schema
    schema["title"] = .string(Naming.title(name))
    parameters.append(
      ["name": .string(name), "in": .string(place), "required": .bool(required), "schema": schema])
  }

  mutating func setBody(_ schema: JSONValue, schemas: [SchemaDocument]) {
    body = ["required": true, "content": ["application/json": ["schema": schema]]]
    self.schemas += schemas
  }

  mutating func setResult<Result: ResponseBody>(_: Result.Type) {
    result = Result.document(title: "Response \(Naming.title(operationID))")
    schemas += Result.schemas
  }

  mutating func add(errors: [HTTPError]) {
    self.errors += errors
  }

  private var operationID: String { Naming.operationID(name, path, method) }

  /// The OpenAPI operation object.
  func json(isSecured: Bool) -> JSONValue {
    var operation: JSONValue = [
      "summary": .string(Naming.title(name)), "operationId": .string(operationID),
    ]
    if isSecured { operation["security"] = [[HTTPBearer.schemeName: []]] }
    if !parameters.isEmpty { operation["parameters"] = .array(parameters) }
    operation["requestBody"] = body
    operation["responses"] = responses(isSecured: isSecured)
    return operation
  }

  private func responses(isSecured: Bool) -> JSONValue {
    var success: JSONValue = ["description": "Successful Response"]
    if let result { success["content"] = ["application/json": ["schema": result]] }
    var responses: JSONValue = [:]
    responses[String(status)] = success
    let all = isSecured ? HTTPBearer.errors(of: method) + allErrors : allErrors
    for (status, errors) in Dictionary(grouping: all, by: \.status).sorted(by: { $0.key < $1.key }) {
      responses[String(status)] = Self.response(errors)
    }
    if body != nil || !parameters.isEmpty {
      responses["422"] = [
        "description": "Validation Error",
        "content": ["application/json": ["schema": ["$ref": "#/components/schemas/HTTPValidationError"]]],
      ]
    }
    return responses
  }

  /// Those that the operation declares, and those that any operation of its kind can meet.
  private var allErrors: [HTTPError] {
    guard hasBody else { return errors + [.unavailable("Service Unavailable")] }
    return errors + [
      HTTPError(400, "There was an error parsing the body"), HTTPError(413, "Content Too Large"),
      .unavailable("Service Unavailable"),
    ]
  }

  private static func response(_ errors: [HTTPError]) -> JSONValue {
    var response: JSONValue = [
      "description": .string(errors.map(\.detail).joined(separator: "; ")),
      "content": ["application/json": ["schema": ["$ref": "#/components/schemas/HTTPError"]]],
    ]
    for header in errors.flatMap(\.headers) {
      var headers = response["headers"] ?? [:]
      headers[header.name] = ["schema": ["type": header.name == "Retry-After" ? "integer" : "string"]]
      response["headers"] = headers
    }
    return response
  }
}
