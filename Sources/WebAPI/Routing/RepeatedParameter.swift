/// What can be demanded of the values that came under one name: of each, and how many they are.
public struct Repeated<Element: ParameterValue>: Sendable {
  let element: Element.Constraint
  let count: LengthRange

  /// Values that each meet `element`, as many as `count` says.
  public static func each(_ element: Element.Constraint, count: LengthRange = .any) -> Repeated {
    Repeated(element: element, count: count)
  }

  /// As many values as `count` says.
  public static func count(_ count: LengthRange) -> Repeated {
    Repeated(element: Element.unconstrained, count: count)
  }
}

extension Array: ParameterValues where Element: ParameterValue {
  /// Any number of any values.
  public static var unconstrained: Repeated<Element> { .count(.any) }

  /// All values; what is wrong with one is told with its index. That they are too many comes before everything else, as in
  /// pydantic.
  public static func parse(
    all texts: [String], _ constraint: Repeated<Element>, _ validation: inout Validation
  ) -> [Element]? {
    if let most = constraint.count.maximum, texts.count > most {
      return refuse("too_long", "at most", most, "max_length", texts, &validation)
    }
    let values = texts.enumerated().compactMap { index, text in
      validation.within(.index(index)) { Element.parse(text, constraint.element, &$0) }
    }
    guard values.count == texts.count else { return nil }
    if let least = constraint.count.minimum, texts.count < least {
      return refuse("too_short", "at least", least, "min_length", texts, &validation)
    }
    return values
  }

  private static func refuse(
    _ type: String, _ relation: String, _ bound: Int, _ name: String, _ texts: [String],
    _ validation: inout Validation
  ) -> [Element]? {
    let items = "item\(bound == 1 ? "" : "s")"
    validation.report(
      ValidationError(
        type, "List should have \(relation) \(bound) \(items) after validation, not \(texts.count)",
        input: .array(texts.map(JSONValue.string)),
        context: ["field_type": "List", name: .integer(bound), "actual_length": .integer(texts.count)]))
    return nil
  }

  /// Each value by itself.
  public static func split(field: String) -> [String] {
    field.unicodeScalars.split(separator: ",").map { String($0.trimmingSpace()) }.filter { !$0.isEmpty }
  }

  /// An array's.
  public static func document(_ constraint: Repeated<Element>) -> JSONValue {
    var document: JSONValue = ["type": "array", "items": Element.document(constraint.element)]
    document["maxItems"] = constraint.count.maximum.map(JSONValue.integer)
    document["minItems"] = constraint.count.minimum.map(JSONValue.integer)
    return document
  }

  /// The element's.
  public static var schemas: [SchemaDocument] { Element.schemas }
  /// An array.
  public var json: JSONValue { .array(map(\.json)) }
}

/// A parameter that may be absent.
extension Optional: ParameterValues where Wrapped: ParameterValues {
  /// That of the value.
  public static var unconstrained: Wrapped.Constraint { Wrapped.unconstrained }

  /// nil.
  public static var absent: Wrapped?? { .some(nil) }

  /// The value.
  public static func parse(
    all texts: [String], _ constraint: Wrapped.Constraint, _ validation: inout Validation
  ) -> Wrapped?? {
    Wrapped.parse(all: texts, constraint, &validation).map { .some($0) }
  }

  /// As the value's.
  public static func split(field: String) -> [String] { Wrapped.split(field: field) }

  /// The value's, or null.
  public static func document(_ constraint: Wrapped.Constraint) -> JSONValue {
    Wrapped.document(constraint).orNull
  }

  /// The value's.
  public static var schemas: [SchemaDocument] { Wrapped.schemas }
  /// The value, or null.
  public var json: JSONValue { self?.json ?? .null }
}
