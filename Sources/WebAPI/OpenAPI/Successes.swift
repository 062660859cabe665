/// The answers to a call that was right, as the documentation has them: the usual one first, then the others in the order in
/// which they are declared.
struct Successes: Sendable {
  private(set) var statuses: [Int] = []
  private(set) var headers: [String] = []
  private(set) var responses: [(status: Int, response: JSONValue)] = []
  /// Whether the result is a body although the usual status has none.
  private(set) var hasForbiddenBody = false

  init() {}

  /// Of an operation that returns `Result`; a schema without a name of its own is titled after the operation.
  init<Result: ResponseBody>(
    _: Result.Type, _ operationID: String, _ status: Int, _ description: String, also: KeyValuePairs<Int, String>,
    headers: [String]
  ) {
    statuses = [status] + also.map(\.key)
    self.headers = headers
    hasForbiddenBody = !Self.hasBody(status) && Result.document(title: "") != nil
    let title = Naming.title(operationID)
    add(status, description, Result.document(title: "Response \(title)"))
    for (status, description) in also {
      add(status, description, Result.document(title: "Response \(status) \(title)"))
    }
  }

  private mutating func add(_ status: Int, _ description: String, _ body: JSONValue?) {
    var response: JSONValue = ["description": .string(description)]
    if let body, Self.hasBody(status) { response["content"] = ["application/json": ["schema": body]] }
    for header in headers {
      var fields = response["headers"] ?? [:]
      fields[header] = ["schema": ["type": "string"]]
      response["headers"] = fields
    }
    responses.append((status, response))
  }

  /// Whether an answer with this status has the result as its body: not where it must not have one (RFC 9110, sections 15.3.5,
  /// 15.3.6), and not where it sends the client elsewhere or to what it has (section 15.4).
  private static func hasBody(_ status: Int) -> Bool { ![204, 205].contains(status) && status < 300 }
}
