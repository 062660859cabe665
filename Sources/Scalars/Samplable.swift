/// A type that can show a value of itself, whichever: what has to be tried with values before there are any, such as a statement
/// at the start of a program, is tried with these.
///
/// A type with raw values has that of its raw value, or its first case; another one says it in a line.
public protocol Samplable {
  /// A value; nil where there is none.
  static var sample: Self? { get }
}

extension Samplable where Self: RawRepresentable, RawValue: Samplable {
  /// The one of the raw value's sample, if there is one.
  public static var sample: Self? { RawValue.sample.flatMap(Self.init(rawValue:)) }
}

extension Samplable where Self: RawRepresentable & CaseIterable, RawValue: Samplable {
  /// The first case.
  public static var sample: Self? { allCases.first }
}

extension Optional: Samplable {
  /// nil, which is a value.
  public static var sample: Self? { .some(nil) }
}

extension Array: Samplable {
  /// No elements.
  public static var sample: Self? { [] }
}

extension Bool: Samplable {
  /// False.
  public static var sample: Bool? { false }
}

extension Samplable where Self: Numeric {
  /// Zero.
  public static var sample: Self? { .zero }
}

extension Int16: Samplable {}
extension Int32: Samplable {}
extension Int64: Samplable {}
extension Int: Samplable {}
extension Float: Samplable {}
extension Double: Samplable {}

extension String: Samplable {
  /// No characters.
  public static var sample: String? { "" }
}

extension Decimal: Samplable {
  /// Zero.
  public static var sample: Decimal? { 0 }
}

extension Day: Samplable {
  /// 1970-01-01.
  public static var sample: Day? { Day(daysSince1970: 0) }
}

extension Timestamp: Samplable {
  /// 1970-01-01T00:00:00Z.
  public static var sample: Timestamp? { Timestamp(microseconds: 0) }
}

extension UUID: Samplable {
  /// That of zeros.
  public static var sample: UUID? { UUID(high: 0, low: 0) }
}

/// The sample of a type, if it has one.
package func sample<Value>(of _: Value.Type) -> Value? {
  func known<Known: Samplable>(_: Known.Type) -> Value?? { Known.sample as? Value? }
  guard let type = Value.self as? any Samplable.Type else { return nil }
  return known(type) ?? nil
}
