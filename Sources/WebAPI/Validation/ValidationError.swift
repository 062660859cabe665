/// One thing that is wrong with a request, in the shape that pydantic and FastAPI give it. A handler may throw it, for what only
/// it can find out:
///
/// ```swift
/// throw ValidationError("value_error", "Owner not found", input: .integer(Int(group.owner)), location: ["body", "owner_id"])
/// ```
public struct ValidationError: AnsweringError, Hashable {
  /// A step on the way to the value: a name or an index.
  public enum Step: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
    case key(String)
    case index(Int)

    /// A name.
    public init(stringLiteral value: String) { self = .key(value) }
    /// An index.
    public init(integerLiteral value: Int) { self = .index(value) }
  }

  /// Pydantic's name for the kind of error, such as `missing` or `string_type`.
  public let type: String
  /// Where the value stands, beginning with `path`, `query` or `body`.
  public internal(set) var location: [Step]
  /// What is wrong, for people.
  public let message: String
  /// The value that was refused.
  public let input: JSONValue
  /// What the message was made of, if anything.
  public let context: JSONValue?

  /// An error at a place, such as `["body", "owner_id"]`.
  public init(
    _ type: String, _ message: String, input: JSONValue = .null, context: JSONValue? = nil, location: [Step] = []
  ) {
    self.type = type
    self.location = location
    self.message = message
    self.input = input
    self.context = context
  }

  /// 422, with this error alone.
  public var response: Response { RequestValidationError([self]).response }

  /// A required value that is not there; pydantic gives the whole that lacks it as input.
  static func missing(_ input: JSONValue, location: [Step] = []) -> ValidationError {
    ValidationError("missing", "Field required", input: input, location: location)
  }

  /// With as much of the input as there is room for, in bytes.
  func write(to writer: inout JSONWriter, room: inout Int) {
    writer.raw("{\"type\":")
    writer.string(type)
    writer.raw(",\"loc\":")
    writer.array(location) { writer, step in
      switch step {
      case .key(let key): writer.string(key)
      case .index(let index): writer.integer(index)
      }
    }
    writer.raw(",\"msg\":")
    writer.string(message)
    writer.raw(",\"input\":")
    writer.excerpt(of: input, room: &room)
    if let context {
      writer.raw(",\"ctx\":")
      writer.value(context)
    }
    writer.raw("}")
  }
}

/// Everything that is wrong with a request; answered with 422.
public struct RequestValidationError: AnsweringError, Hashable {
  /// In FastAPI's order: path, query, body.
  public let errors: [ValidationError]

  /// How much of the client's input an answer repeats, in bytes, whatever the number of errors: each missing field has all
  /// that lacks it as its input.
  static let mostInput = 64 << 10

  /// These errors.
  public init(_ errors: [ValidationError]) {
    self.errors = errors
  }

  /// `{"detail":[…]}`, with 64 KiB of the input at most.
  public var response: Response {
    var writer = JSONWriter()
    var room = Self.mostInput
    writer.raw("{\"detail\":")
    writer.array(errors) { $1.write(to: &$0, room: &room) }
    writer.raw("}")
    return Response(status: 422, json: writer.bytes)
  }
}
