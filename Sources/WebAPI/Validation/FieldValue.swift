/// A type that a field can have without being told how: in JSON it is what its type says, within no bounds.
///
/// ```swift
/// Field("id", \.id), Field("starts_on", \.startsOn), Field("note", \.note, default: nil)
/// ```
public protocol FieldValue: Samplable, Sendable {
  /// How a value travels.
  static var codec: Codec<Self> { get }
}

extension JSONScalar {
  /// A scalar, within no bounds.
  public static var codec: Codec<Self> { .scalar() }
}

extension Decimal {
  /// A numeral in a string, as it is written; a number is read, too.
  public static var codec: Codec<Decimal> { .decimalText }
}

extension FieldValue where Self: FixedWidthInteger {
  /// An integer within the type's bounds.
  public static var codec: Codec<Self> { .integer }
}

extension Int16: FieldValue {}
extension Int32: FieldValue {}
extension Int64: FieldValue {}
extension Int: FieldValue {}

extension String: FieldValue {
  /// Any text that PostgreSQL can store.
  public static var codec: Codec<String> { .string }
}

extension Schema {
  /// The object.
  public static var codec: Codec<Self> { .object }
  /// An object of its fields' samples.
  public static var sample: Self? { schema.sample }
}

extension Optional: FieldValue where Wrapped: FieldValue {
  /// The value or null.
  public static var codec: Codec<Wrapped?> { .nullable(Wrapped.codec) }
}

extension Array: FieldValue where Element: FieldValue {
  /// An array of such values.
  public static var codec: Codec<[Element]> { .array(Element.codec) }
}
