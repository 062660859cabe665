/// A set of named texts: as a parameter, in JSON, and by its name among the schemas of the documentation.
///
/// ```swift
/// enum GroupKind: String, Enumeration { case open, closed }
/// ```
public protocol Enumeration: JSONScalar, CaseIterable, RawRepresentable where RawValue == String, Constraint == Void {
  /// What the documentation calls it; the type's own name, if nothing else is said.
  static var schemaName: String { get }
}

extension Enumeration {
  /// The type's name.
  public static var schemaName: String { "\(Self.self)" }
  /// None.
  public static var unconstrained: Void { () }

  /// One of the texts, byte by byte.
  public static func decode(_ input: JSONValue, _ constraint: Void, _ validation: inout Validation) -> Self? {
    if case .string(let text) = input,
      let value = allCases.first(where: { $0.rawValue.utf8.elementsEqual(text.utf8) })
    {
      return value
    }
    validation.report(
      ValidationError(
        "enum", "Input should be \(expected)", input: input, context: ["expected": .string(expected)]))
    return nil
  }

  /// `'a', 'b' or 'c'`.
  private static var expected: String {
    let texts = allCases.map { quoted($0.rawValue) }
    guard texts.count > 1, let last = texts.last else { return texts.first ?? "" }
    return texts.dropLast().joined(separator: ", ") + " or " + last
  }

  /// As Python's `repr` puts it between quotes.
  private static func quoted(_ text: String) -> String {
    let quote = text.utf8.contains(UInt8(ascii: "'")) && !text.utf8.contains(UInt8(ascii: "\"")) ? "\"" : "'"
    return quote + text + quote
  }

  /// A reference to the schema of its name.
  public static func document(_ constraint: Void) -> JSONValue {
    ["$ref": .string("#/components/schemas/\(schemaName)")]
  }

  /// The schema of its name.
  public static var schemas: [SchemaDocument] {
    let texts = allCases.map { JSONValue.string($0.rawValue) }
    return [
      SchemaDocument(
        name: schemaName, document: ["type": "string", "enum": .array(texts), "title": .string(schemaName)])
    ]
  }

  /// Its text.
  public func write(to writer: inout JSONWriter) { writer.string(rawValue) }
}

extension Codec where Value: Enumeration {
  /// One of the texts.
  public static var enumeration: Codec { scalar() }
}
