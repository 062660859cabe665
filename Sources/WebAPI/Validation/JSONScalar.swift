/// A value that is read by one rule from the text of a parameter and from JSON, as pydantic's lax mode reads it.
public protocol JSONScalar: ParameterValue, FieldValue {
  /// Reads a value, or reports what is wrong with it.
  static func decode(_ input: JSONValue, _ constraint: Constraint, _ validation: inout Validation) -> Self?
  /// Writes the value.
  func write(to writer: inout JSONWriter)
}

extension JSONScalar {
  /// The text of a parameter is a string of JSON.
  public static func parse(_ text: String, _ constraint: Constraint, _ validation: inout Validation) -> Self? {
    decode(.string(text), constraint, &validation)
  }

  /// As it is written.
  public var json: JSONValue {
    var writer = JSONWriter()
    write(to: &writer)
    return (try? JSONParser.parse(writer.bytes)) ?? .null
  }
}

extension Codec where Value: JSONScalar {
  /// A scalar, within what is demanded of it.
  public static func scalar(_ constraint: Value.Constraint = Value.unconstrained) -> Codec {
    Codec(
      document: Value.document(constraint), schemas: Value.schemas,
      decode: { Value.decode($0, constraint, &$1) },
      encode: { $0.write(to: &$1) },
      encodeOrNull: { if let value = $0 { value.write(to: &$1) } else { $1.raw("null") } })
  }
}
