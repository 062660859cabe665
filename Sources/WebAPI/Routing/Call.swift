/// One request on its way through an operation: what its inputs read.
public final class Call: Sendable {
  /// The request.
  public let request: Request
  private let operation: Operation
  private let pathValues: [String]
  let query: QueryString
  /// The body, where the operation has one.
  let body: BodyValue

  /// A body as FastAPI sees it.
  enum BodyValue: Sendable {
    case empty
    case json(JSONValue)
    /// Bytes that do not say that they are JSON.
    case text(String)
  }

  /// Reads the body if the operation has one; throws where it is broken, which pre-empts every other error.
  init(_ request: Request, _ operation: Operation, pathValues: [String]) throws {
    self.request = request
    self.pathValues = pathValues
    self.operation = operation
    query = request.query.isEmpty ? .empty : QueryString(request.query)
    body = operation.readsBody ? try Self.read(request) : .empty
  }

  /// The text of the path's parameter of this name.
  func pathValue(_ name: String) -> String? {
    operation.path.parameters.firstIndex(of: name).map { pathValues[$0] }
  }

  private static func read(_ request: Request) throws -> BodyValue {
    if request.body.isEmpty { return .empty }
    guard request.saysJSON else { return .text(String(decoding: request.body, as: UTF8.self)) }
    do {
      return .json(try JSONParser.parse(request.body))
    } catch .unreadable {
      throw HTTPError(400, "There was an error parsing the body")
    } catch .syntax(let message, let offset) {
      let error = ValidationError(
        "json_invalid", "JSON decode error", input: [:], context: ["error": .string(message)],
        location: [.key("body"), .index(offset)])
      throw RequestValidationError(errors: [error])
    }
  }
}
