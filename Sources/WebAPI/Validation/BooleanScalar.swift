extension Bool: JSONScalar {
  /// None.
  public static var unconstrained: Void { () }

  /// True or false; 0, 1 and, in any case, pydantic's spellings of both.
  public static func decode(_ input: JSONValue, _ constraint: Void, _ validation: inout Validation) -> Bool? {
    switch input {
    case .bool(let value): return value
    case .integer(0), .number(0): return false
    case .integer(1), .number(1): return true
    case .string(let text):
      if let value = spelled(text) { return value }
      return refuse("bool_parsing", ", unable to interpret input", input, &validation)
    case .number(let value) where value != -0x1p63 && Int(exactly: value) != nil:
      // A float without a fraction is an integer to pydantic, but for the least of 64 bits.
      return refuse("bool_parsing", ", unable to interpret input", input, &validation)
    case .integer, .malformedString:
      return refuse("bool_parsing", ", unable to interpret input", input, &validation)
    default: return refuse("bool_type", "", input, &validation)
    }
  }

  private static func spelled(_ text: String) -> Bool? {
    switch text.lowercased() {
    case "1", "true", "t", "yes", "y", "on": true
    case "0", "false", "f", "no", "n", "off": false
    default: nil
    }
  }

  private static func refuse(
    _ type: String, _ reason: String, _ input: JSONValue, _ validation: inout Validation
  ) -> Bool? {
    validation.report(ValidationError(type, "Input should be a valid boolean\(reason)", input: input))
    return nil
  }

  /// A boolean's.
  public static func document(_ constraint: Void) -> JSONValue { ["type": "boolean"] }
  /// `true` or `false`.
  public func write(to writer: inout JSONWriter) { writer.raw(self ? "true" : "false") }
}

extension Codec where Value == Bool {
  /// True or false, in any of pydantic's spellings.
  public static var boolean: Codec { scalar() }
}
