/// One thing that is wrong with a request, in the shape that pydantic and FastAPI give it.
public struct ValidationError: Error, Hashable, Sendable {
  /// A step on the way to the value: a name or an index.
  public enum Step: Hashable, Sendable {
    case key(String)
    case index(Int)
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

  /// An error at a place.
  public init(
    _ type: String, _ message: String, input: JSONValue, context: JSONValue? = nil, location: [Step] = []
  ) {
    self.type = type
    self.location = location
    self.message = message
    self.input = input
    self.context = context
  }

  /// A required value that is not there; pydantic gives the whole that lacks it as input.
  static func missing(_ input: JSONValue, location: [Step] = []) -> ValidationError {
    ValidationError("missing", "Field required", input: input, location: location)
  }

  func write(to writer: inout JSONWriter) {
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
    writer.value(input.withoutPrivateKeys)
    if let context {
      writer.raw(",\"ctx\":")
      writer.value(context)
    }
    writer.raw("}")
  }
}

extension JSONValue {
  /// FastAPI's encoder drops keys that begin with `_sa` (SQLAlchemy's own attributes), at any depth.
  fileprivate var withoutPrivateKeys: JSONValue {
    switch self {
    case .array(let elements): return .array(elements.map(\.withoutPrivateKeys))
    case .object(let object):
      var kept = JSONObject()
      for member in object.members where !member.key.text.utf8.starts(with: "_sa".utf8) {
        kept.set(member.key.text, member.value.withoutPrivateKeys)
      }
      return .object(kept)
    default: return self
    }
  }
}

/// Everything that is wrong with a request; answered with 422.
public struct RequestValidationError: Error, Hashable, Sendable {
  /// In FastAPI's order: path, query, body.
  public let errors: [ValidationError]

  /// `{"detail":[…]}`.
  var response: Response {
    var writer = JSONWriter()
    writer.raw("{\"detail\":")
    writer.array(errors) { $1.write(to: &$0) }
    writer.raw("}")
    return Response(status: 422, json: writer.bytes)
  }
}

/// Collects errors on the way down a value; places are completed on the way back up, so that a valid value costs none.
public struct Validation {
  /// What has been found so far.
  public internal(set) var errors: [ValidationError] = []
  private var orders: [InputOrder] = []

  /// Reports an error at the current place.
  public mutating func report(_ error: ValidationError) {
    errors.append(error)
  }

  /// Runs `body`; errors that it reports lie one `step` deeper.
  mutating func within<Result>(_ step: @autoclosure () -> ValidationError.Step, _ body: (inout Validation) -> Result)
    -> Result
  {
    let known = errors.count
    let result = body(&self)
    for index in errors.indices.dropFirst(known) { errors[index].location.insert(step(), at: 0) }
    return result
  }

  /// Notes to which kind of input the newest errors belong.
  mutating func note(_ order: InputOrder) {
    while orders.count < errors.count { orders.append(order) }
  }

  /// All errors in FastAPI's order, whatever order the handler takes its inputs in.
  var failure: RequestValidationError {
    let sorted = zip(orders, errors).enumerated().sorted {
      ($0.element.0, $0.offset) < ($1.element.0, $1.offset)
    }
    return RequestValidationError(errors: sorted.map(\.element.1))
  }
}
