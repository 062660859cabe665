/// What the documentation says of one operation; filled in by the operation's inputs.
public struct OperationDocument: Sendable {
  let path: String
  let method: Method
  var tags: [String] = []
  /// Without one, the name in words.
  var summary: String?
  var description: String?
  private(set) var schemas: [SchemaDocument] = []
  private(set) var parameters: [Parameter] = []
  /// How many inputs want the body.
  private(set) var bodies = 0
  private(set) var successes = Successes()
  private(set) var errors: [HTTPError] = []
  private let name: String
  private var body: JSONValue?
  private(set) var bodyReading = BodyReading.whole

  /// A parameter of the path, the query or the header.
  struct Parameter: Hashable, Sendable {
    let name: String
    let place: String
    let json: JSONValue
  }

  init(name: String, path: String, method: Method) {
    self.name = name
    self.path = path
    self.method = method
  }

  /// Whether there is a body to be validated.
  var hasBody: Bool { body != nil && bodyReading == .whole }
  /// The fields of the header that the operation reads.
  var headers: [String] { parameters.filter { $0.place == "header" }.map(\.name) }
  var operationID: String { Naming.operationID(name, path, method) }
  /// Every status that is documented, but for those of security.
  var statuses: Set<Int> { Set(responses(isSecured: false).map(\.status)) }

  /// Adds a parameter in `path`, `query`, `header` or `cookie`; once, if several inputs have the same. `schemas` are those that its schema
  /// refers to.
  public mutating func add(
    parameter name: String, in place: String, required: Bool, schema: JSONValue, schemas: [SchemaDocument] = []
  ) {
    var schema = schema
    if schema["$ref"] == nil { schema["title"] = .string(Naming.title(name)) }
    let json: JSONValue = [
      "name": .string(name), "in": .string(place), "required": .bool(required), "schema": schema,
    ]
    let parameter = Parameter(name: name, place: place, json: json)
    guard !parameters.contains(parameter) else { return }
    parameters.append(parameter)
    self.schemas += schemas
  }

  /// Sets the body, which is JSON of a schema, and the schemas that it refers to.
  public mutating func setBody(_ schema: JSONValue, schemas: [SchemaDocument]) {
    body = ["required": true, "content": ["application/json": ["schema": schema]]]
    bodies += 1
    self.schemas += schemas
  }

  mutating func setBody(piecesOf mediaType: String, limit: Int?) {
    let schema: JSONValue = ["type": "string", "format": "binary", "title": "Body"]
    body = ["required": true, "content": [mediaType: ["schema": schema]]]
    bodyReading = .pieces(limit: limit)
    bodies += 1
  }

  mutating func setResult<Result: ResponseBody>(
    _: Result.Type, _ status: Int, _ description: String, also: KeyValuePairs<Int, String>, headers: [String]
  ) {
    successes = Successes(Result.self, operationID, status, description, also: also, headers: headers)
    schemas += Result.schemas
  }

  mutating func add(errors: [HTTPError]) {
    self.errors += errors
  }

  /// The OpenAPI operation object.
  func json(isSecured: Bool) -> JSONValue {
    var operation: JSONValue = [:]
    if !tags.isEmpty { operation["tags"] = .array(tags.map(JSONValue.string)) }
    operation["summary"] = .string(summary ?? Naming.title(name))
    operation["description"] = description.map(JSONValue.string)
    operation["operationId"] = .string(operationID)
    if isSecured { operation["security"] = [[HTTPBearer.schemeName: []]] }
    if !parameters.isEmpty { operation["parameters"] = .array(sortedParameters) }
    operation["requestBody"] = body
    var responses: JSONValue = [:]
    for (status, response) in self.responses(isSecured: isSecured) { responses[String(status)] = response }
    operation["responses"] = responses
    return operation
  }

  /// In FastAPI's order of places, whatever order the inputs have.
  private var sortedParameters: [JSONValue] {
    ["path", "query", "header", "cookie"].flatMap { place in parameters.filter { $0.place == place }.map(\.json) }
  }

  /// In FastAPI's order: success, what was declared besides, and what is wrong with the request.
  private func responses(isSecured: Bool) -> [(status: Int, response: JSONValue)] {
    let security = isSecured ? HTTPBearer.errors(of: method) : []
    let errors = Dictionary(grouping: security + allErrors, by: \.status).sorted { $0.key < $1.key }
    var responses = successes.responses
    for (status, errors) in errors where status != 422 || !isValidated {
      responses.append((status, Self.response(errors)))
    }
    if isValidated { responses.append((422, Self.rejection(allErrors.filter { $0.status == 422 }))) }
    return responses
  }

  /// Whether there is something that a client can get wrong.
  private var isValidated: Bool { hasBody || !parameters.isEmpty }

  /// Those that the operation declares, and those that any operation of its kind can meet.
  private var allErrors: [HTTPError] {
    let unreadable: [HTTPError] =
      switch (body, bodyReading) {
      case (nil, _): []
      case (_, .whole):
        [HTTPError(400, "There was an error parsing the body"), HTTPError(413, "Content Too Large")]
      case (_, .pieces):
        [
          HTTPError(400, "Incomplete request body"), HTTPError(408, "Request Timeout"),
          HTTPError(413, "Content Too Large"),
        ]
      }
    return errors + unreadable + [.unavailable("Service Unavailable")]
  }

  private static func response(_ errors: [HTTPError]) -> JSONValue {
    var response: JSONValue = [
      "description": .string(errors.map(\.detail).joined(separator: "; ")),
      "content": ["application/json": ["schema": httpError]],
    ]
    for header in errors.flatMap(\.headers) {
      var headers = response["headers"] ?? [:]
      headers[header.name] = ["schema": ["type": header.name == "Retry-After" ? "integer" : "string"]]
      response["headers"] = headers
    }
    return response
  }

  /// The list of what is wrong, or one of the errors of the same status that the handler throws.
  private static func rejection(_ errors: [HTTPError]) -> JSONValue {
    let schema: JSONValue = errors.isEmpty ? validationError : ["anyOf": [validationError, httpError]]
    return [
      "description": .string((["Validation Error"] + errors.map(\.detail)).joined(separator: "; ")),
      "content": ["application/json": ["schema": schema]],
    ]
  }

  private static let httpError: JSONValue = ["$ref": "#/components/schemas/HTTPError"]
  private static let validationError: JSONValue = ["$ref": "#/components/schemas/HTTPValidationError"]
}
