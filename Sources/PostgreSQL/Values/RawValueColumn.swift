/// Any value of a column. A type with raw values that are such, an enumeration of texts for one, is a value by saying so:
///
/// ```swift
/// enum GroupKind: String, PostgreSQLValue { case open, closed }
/// struct GroupID: RawRepresentable, PostgreSQLValue { let rawValue: Int32 }
/// ```
public typealias PostgreSQLValue = PostgreSQLArrayElement & PostgreSQLDecodable & PostgreSQLEncodable

extension PostgreSQLEncodable where Self: RawRepresentable, RawValue: PostgreSQLEncodable {
  /// The raw value's.
  public static var postgreSQLType: PostgreSQLType { RawValue.postgreSQLType }
  /// The raw value.
  public func encode(into buffer: inout ParameterBuffer) { rawValue.encode(into: &buffer) }
}

extension PostgreSQLDecodable where Self: RawRepresentable, RawValue: PostgreSQLDecodable {
  /// What the raw value takes.
  public static func decodes(_ type: PostgreSQLType) -> Bool { RawValue.decodes(type) }

  /// The value that has this raw value; an error where none has.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Self {
    let raw = try RawValue.decode(bytes)
    guard let value = Self(rawValue: raw) else { throw DecodingFailure("\(raw)") }
    return value
  }
}
