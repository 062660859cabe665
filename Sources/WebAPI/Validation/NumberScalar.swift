extension Double: JSONScalar {
  /// Any finite number.
  public static var unconstrained: Bounds<Double> { Bounds() }

  /// A finite number, which is all that JSON has; numerals and booleans count, as in pydantic's lax mode.
  public static func decode(
    _ input: JSONValue, _ constraint: Bounds<Double>, _ validation: inout Validation
  ) -> Double? {
    guard let value = number(input, &validation) else { return nil }
    guard value.isFinite else {
      validation.report(ValidationError("finite_number", "Input should be a finite number", input: input))
      return nil
    }
    return constraint.check(value, input, &validation, text: text, json: { .number($0) })
  }

  /// Infinite or NaN where that is what the input says.
  private static func number(_ input: JSONValue, _ validation: inout Validation) -> Double? {
    switch input {
    case .number(let value): return value
    case .integer(let value): return Double(value)
    case .bool(let value): return value ? 1 : 0
    case .string(let text):
      if let numeral = Numeral.bytes(text) { return Double(numeral: numeral[...]) }
      if Numeral.isNotFinite(text) { return .nan }
      let message = "Input should be a valid number, unable to parse string as a number"
      validation.report(ValidationError("float_parsing", message, input: input))
    case .bigInteger(let digits):
      // Python's float() refuses what is too large, whereas a numeral of it is infinite.
      if let value = Double(digits), value.isFinite { return value }
      fallthrough
    default: validation.report(ValidationError("float_type", "Input should be a valid number", input: input))
    }
    return nil
  }

  /// A bound in a message: whole numbers without a point.
  private static func text(_ bound: Double) -> String {
    bound.magnitude < 1e15 && bound == bound.rounded() ? "\(Int(bound))" : "\(bound)"
  }

  /// A number's, with the bounds that hold.
  public static func document(_ constraint: Bounds<Double>) -> JSONValue {
    var document: JSONValue = ["type": "number"]
    document["maximum"] = constraint.maximum.map(JSONValue.number)
    document["minimum"] = constraint.minimum.map(JSONValue.number)
    return document
  }

  /// The fewest digits that are read back as the same number.
  public func write(to writer: inout JSONWriter) { writer.number(self) }
}

extension Codec where Value == Double {
  /// A finite number.
  public static var number: Codec { scalar() }

  /// A finite number within bounds.
  public static func number(minimum: Double? = nil, maximum: Double? = nil) -> Codec {
    scalar(Bounds(minimum: minimum, maximum: maximum))
  }
}
