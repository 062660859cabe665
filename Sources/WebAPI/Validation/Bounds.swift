/// Bounds of a value, both included.
public struct Bounds<Value: Comparable & Sendable>: Sendable {
  let minimum: Value?
  let maximum: Value?

  init(minimum: Value? = nil, maximum: Value? = nil) {
    (self.minimum, self.maximum) = (minimum, maximum)
  }

  /// A least value.
  public static func atLeast(_ minimum: Value) -> Bounds { Bounds(minimum: minimum) }
  /// A greatest value.
  public static func atMost(_ maximum: Value) -> Bounds { Bounds(maximum: maximum) }

  /// A range of values.
  public static func within(_ values: ClosedRange<Value>) -> Bounds {
    Bounds(minimum: values.lowerBound, maximum: values.upperBound)
  }

  /// The value, or nil after pydantic's error was reported, which names a bound as `text` and repeats it as `json`.
  func check(
    _ value: Value, _ input: JSONValue, _ validation: inout Validation, text: (Value) -> String,
    json: (Value) -> JSONValue
  ) -> Value? {
    let refused: (relation: String, short: String, bound: Value)? =
      if let maximum, value > maximum { ("less", "le", maximum) } else if let minimum, value < minimum {
        ("greater", "ge", minimum)
      } else { nil }
    guard let (relation, short, bound) = refused else { return value }
    validation.report(
      ValidationError(
        "\(relation)_than_equal", "Input should be \(relation) than or equal to \(text(bound))", input: input,
        context: [short: json(bound)]))
    return nil
  }
}
