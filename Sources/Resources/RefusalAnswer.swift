public import WebAPI

extension Refusal {
  /// Another entry is in the way, or refers to this one.
  package static let conflicting = HTTPError(409, "The request conflicts with other data")
  /// Row-level security does not permit it.
  package static let notPermitted = HTTPError(403, "The database does not permit this")
  /// A rule of the database's owner refuses it.
  package static let refused = HTTPError(400, "A rule of the database refuses this")

  /// What a write may be answered with for what the database's owner has laid down, for an operation's documentation.
  public static let errors = [refused, notPermitted, conflicting]

  /// The answer where nothing more is known than the error: what is safe to say. Its messages can contain data.
  package func answer(to request: Request) -> Response {
    switch self {
    case .unavailable: return HTTPError.unavailable("Service Unavailable").response
    // Reading changes nothing that a constraint could mind: the fault is in a view or a function.
    case _ where ["GET", "HEAD"].contains(request.method):
      return HTTPError.unavailable("Service Unavailable").response
    case .conflict: return Self.conflicting.response
    case .forbidden: return Self.notPermitted.response
    case .rule: return Self.refused.response
    case .tooLong, .notInEncoding, .invalid:
      guard request.method != "DELETE" else { return Self.conflicting.response }
      return RequestValidationError([error(at: [.key("body")], input: .null)]).response
    }
  }

  /// The error of validation that it is of a value.
  func error(at location: [ValidationError.Step], input: JSONValue) -> ValidationError {
    let message =
      switch self {
      case .tooLong: "the value is too long for the database"
      case .notInEncoding: "the database's encoding does not have this text"
      default: "the database does not accept this value"
      }
    return ValidationError(
      "value_error", "Value error, \(message)", input: input, context: ["error": [:]], location: location)
  }
}
