/// A type that a parameter of the query or of the header can have: one value, none or several.
public protocol ParameterValues: Sendable {
  /// What can be demanded beyond the type.
  associatedtype Constraint: Sendable
  /// No demand.
  static var unconstrained: Constraint { get }
  /// What holds where nothing came; nil demands that something does.
  static var absent: Self? { get }
  /// Reads what came under one name, in its order and decoded, at least one text; or reports what is wrong with it.
  static func parse(all texts: [String], _ constraint: Constraint, _ validation: inout Validation) -> Self?
  /// The values that one text of a header stands for: of a list several, with commas between (RFC 9110, section 5.6.1).
  static func split(field: String) -> [String]
  /// The JSON Schema.
  static func document(_ constraint: Constraint) -> JSONValue
  /// The schemas that it refers to.
  static var schemas: [SchemaDocument] { get }
  /// The value in JSON, for the documentation's defaults.
  var json: JSONValue { get }
}

extension ParameterValues {
  /// Something has to come.
  public static var absent: Self? { nil }
  /// None.
  public static var schemas: [SchemaDocument] { [] }
  /// One value, commas and all.
  public static func split(field: String) -> [String] { [field] }
}

/// A type that any parameter can have, since one text is enough for it.
public protocol ParameterValue: ParameterValues {
  /// Reads decoded text, or reports what is wrong with it.
  static func parse(_ text: String, _ constraint: Constraint, _ validation: inout Validation) -> Self?
}

extension ParameterValue {
  /// Of several the last counts, as in FastAPI.
  public static func parse(all texts: [String], _ constraint: Constraint, _ validation: inout Validation) -> Self? {
    texts.last.flatMap { parse($0, constraint, &validation) }
  }
}

extension Bounds where Value: FixedWidthInteger {
  /// With the type's own bounds where there are no others.
  fileprivate var range: IntegerRange<Value> { IntegerRange(minimum: minimum, maximum: maximum) }
}

extension ParameterValue where Self: FixedWidthInteger {
  /// The type's own bounds.
  public static var unconstrained: Bounds<Self> { Bounds() }

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

extension Int16: ParameterValue {}
extension Int32: ParameterValue {}
extension Int64: ParameterValue {}
extension Int: ParameterValue {}

extension String: ParameterValue {
  /// Any length.
  public static var unconstrained: LengthRange { .any }

  /// Any text that PostgreSQL can store.
  public static func parse(_ text: String, _ constraint: LengthRange, _ validation: inout Validation) -> String? {
    Codec<String>.decodeStorableText(.string(text), &validation, within: constraint)
  }

  /// A string's.
  public static func document(_ constraint: LengthRange) -> JSONValue { constraint.document }
  /// A string.
  public var json: JSONValue { .string(self) }
}
