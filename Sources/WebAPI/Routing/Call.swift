/// One request as the inputs of an operation read it. It is gone before the handler runs: what was made of a body to check
/// it may be thirty times as large, and the handler may wait.
public final class Call: Sendable {
  /// The request.
  public let request: Request
  /// Who sent it; nil where the API is open to everybody.
  public let caller: Caller?
  private let path: PathTemplate
  private let pathValues: [String]
  private let query: QueryString
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
  init(
    _ request: Request, _ path: PathTemplate, pathValues: [String], caller: Caller? = nil, readsBody: Bool
  ) throws {
    self.request = request
    self.caller = caller
    self.path = path
    self.pathValues = pathValues
    query = request.query.isEmpty ? .empty : QueryString(request.query)
    body = readsBody ? try Self.read(request) : .empty
  }

  private init(withoutBodyOf other: Call) {
    (request, caller, path, pathValues) = (other.request, other.caller, other.path, other.pathValues)
    (query, body) = (other.query, .empty)
  }

  /// The same without what was made of the body.
  var withoutBody: Call { Call(withoutBodyOf: self) }

  /// The text of the path's parameter of this name, decoded.
  public func pathValue(_ name: String) -> String? {
    path.parameters.firstIndex(of: name).map { pathValues[$0] }
  }

  /// The values of this name in the query, decoded, in their order.
  public func query(_ name: String) -> [String] { query.all(name) }

  /// The value of a field of the header, whatever its case, one character per byte; of one that was sent several times all, with
  /// commas between, where the web server hands them on.
  public func header(_ name: String) -> String? { request.header(name) }

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
      throw RequestValidationError([error])
    }
  }
}
