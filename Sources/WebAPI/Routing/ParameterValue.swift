/// A type that a path or query parameter can have.
public protocol ParameterValue: Sendable {
  /// What can be demanded beyond the type.
  associatedtype Constraint: Sendable
  /// No demand.
  static var unconstrained: Constraint { get }
  /// Reads decoded text, or reports what is wrong with it.
  static func parse(_ text: String, _ constraint: Constraint, _ validation: inout Validation) -> Self?
  /// The JSON Schema.
  static func document(_ constraint: Constraint) -> JSONValue
  /// The value in JSON, for the documentation's defaults.
  var json: JSONValue { get }
}

/// Bounds of an integer parameter, both included.
public struct Bounds<Value: FixedWidthInteger & Sendable>: Sendable {
  let range: IntegerRange<Value>

  /// A least value; the type's own bound above.
  public static func atLeast(_ minimum: Value) -> Bounds {
    Bounds(range: IntegerRange(minimum: minimum, maximum: nil))
  }

  /// A range of values.
  public static func within(_ values: ClosedRange<Value>) -> Bounds {
    Bounds(range: IntegerRange(minimum: values.lowerBound, maximum: values.upperBound))
  }
}

extension ParameterValue where Self: FixedWidthInteger {
  /// The type's own bounds.
  public static var unconstrained: Bounds<Self> { Bounds(range: IntegerRange(minimum: nil, maximum: nil)) }

  /// An integer in any spelling that Python accepts.
  public static func parse(_ text: String, _ constraint: Bounds<Self>, _ validation: inout Validation) -> Self? {
    // Plain digits that fit are what nearly every request brings.
    if text.utf8.count < 10, text.utf8.allSatisfy(\.isDigit), let value = Self(text) {
      return constraint.range.check(.fits(Int(value)), .string(text), &validation)
    }
    switch IntegerText.parse(text) {
    case .success(let integer): return constraint.range.check(integer, .string(text), &validation)
    case .failure(let error):
      validation.report(error)
      return nil
    }
  }

  /// An integer's.
  public static func document(_ constraint: Bounds<Self>) -> JSONValue { constraint.range.document }
  /// An integer.
  public var json: JSONValue { .integer(Int(clamping: self)) }
}

extension Int32: ParameterValue {}
extension Int64: ParameterValue {}
extension Int: ParameterValue {}

extension String: ParameterValue {
  /// None.
  public static var unconstrained: Void { () }

  /// Any text that PostgreSQL can store.
  public static func parse(_ text: String, _ constraint: Void, _ validation: inout Validation) -> String? {
    Codec<String>.decodeStorableText(.string(text), &validation)
  }

  /// A string's.
  public static func document(_ constraint: Void) -> JSONValue { ["type": "string"] }
  /// A string.
  public var json: JSONValue { .string(self) }
}

extension Bool: ParameterValue {
  /// None.
  public static var unconstrained: Void { () }

  /// Pydantic's spellings, in any case: true, t, yes, y, on, 1 and their opposites.
  public static func parse(_ text: String, _ constraint: Void, _ validation: inout Validation) -> Bool? {
    switch text.lowercased() {
    case "1", "true", "t", "yes", "y", "on": return true
    case "0", "false", "f", "no", "n", "off": return false
    default:
      let message = "Input should be a valid boolean, unable to interpret input"
      validation.report(ValidationError("bool_parsing", message, input: .string(text)))
      return nil
    }
  }

  /// A boolean's.
  public static func document(_ constraint: Void) -> JSONValue { ["type": "boolean"] }
  /// A boolean.
  public var json: JSONValue { .bool(self) }
}
