/// The bounds of a text's length, in characters as Python counts them (code points); both included, nil is none.
public struct LengthRange: Sendable {
  var minimum: Int?
  var maximum: Int?

  /// Any length.
  public static let any = LengthRange()

  /// A least length.
  public static func atLeast(_ minimum: Int) -> LengthRange { LengthRange(minimum: minimum) }
  /// A greatest length.
  public static func atMost(_ maximum: Int) -> LengthRange { LengthRange(maximum: maximum) }

  /// A range of lengths.
  public static func within(_ lengths: ClosedRange<Int>) -> LengthRange {
    LengthRange(minimum: lengths.lowerBound, maximum: lengths.upperBound)
  }

  /// The JSON Schema of a text.
  var document: JSONValue {
    var document: JSONValue = ["type": "string"]
    document["maxLength"] = maximum.map(JSONValue.integer)
    document["minLength"] = minimum.map(JSONValue.integer)
    return document
  }

  /// Whether the text is within; pydantic's error is reported where it is not.
  func check(_ text: String, _ validation: inout Validation) -> Bool {
    if minimum == nil && maximum == nil { return true }
    let length = text.unicodeScalars.count
    if let maximum, length > maximum {
      return refuse("string_too_long", "at most", maximum, "max_length", text, &validation)
    }
    if let minimum, length < minimum {
      return refuse("string_too_short", "at least", minimum, "min_length", text, &validation)
    }
    return true
  }

  private func refuse(
    _ type: String, _ relation: String, _ bound: Int, _ name: String, _ text: String, _ validation: inout Validation
  ) -> Bool {
    let message = "String should have \(relation) \(bound) character\(bound == 1 ? "" : "s")"
    validation.report(ValidationError(type, message, input: .string(text), context: [name: .integer(bound)]))
    return false
  }
}
