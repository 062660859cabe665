/// What is demanded of a decimal number beyond its being one.
public struct DecimalLimits: Sendable {
  var bounds = Bounds<Decimal>()
  var digits: Int?
  var places: Int?

  /// Limits: how many digits in total, how many of them behind the point, which values. A `numeric(10, 2)` takes
  /// `.limits(digits: 10, places: 2)`.
  public static func limits(
    digits: Int? = nil, places: Int? = nil, minimum: Decimal? = nil, maximum: Decimal? = nil
  ) -> DecimalLimits {
    DecimalLimits(bounds: Bounds(minimum: minimum, maximum: maximum), digits: digits, places: places)
  }

  /// Pydantic's error for a number with too many digits; zeros at its end do not count.
  func flaw(of value: Decimal, _ input: JSONValue) -> ValidationError? {
    let (count, exponent) = value.normalized
    let places = max(0, -exponent)
    let total = exponent >= 0 ? count + exponent : max(count, places)
    if let digits, total > digits {
      return error("decimal_max_digits", digits, "digit", " in total", "max_digits", input)
    }
    guard let most = self.places else { return nil }
    if places > most { return error("decimal_max_places", most, "decimal place", "", "decimal_places", input) }
    guard let digits, total - places > digits - most else { return nil }
    return error("decimal_whole_digits", digits - most, "digit", " before the decimal point", "whole_digits", input)
  }

  private func error(
    _ type: String, _ most: Int, _ noun: String, _ place: String, _ name: String, _ input: JSONValue
  ) -> ValidationError {
    ValidationError(
      type, "Decimal input should have no more than \(most) \(noun)\(most == 1 ? "" : "s")\(place)", input: input,
      context: [name: .integer(most)])
  }
}

extension Decimal: JSONScalar {
  /// Any number.
  public static var unconstrained: DecimalLimits { DecimalLimits() }

  /// A number or a numeral, as Python's Decimal reads it.
  public static func decode(
    _ input: JSONValue, _ constraint: DecimalLimits, _ validation: inout Validation
  ) -> Decimal? {
    guard let value = number(input, &validation) else { return nil }
    if let flaw = constraint.flaw(of: value, input) {
      validation.report(flaw)
      return nil
    }
    return constraint.bounds.check(value, input, &validation, text: \.description, json: \.asNumber)
  }

  private static func number(_ input: JSONValue, _ validation: inout Validation) -> Decimal? {
    switch input {
    case .integer(let value): return Decimal(value)
    case .bigInteger(let digits): if let value = Decimal(digits) { return value }
    case .number(let value):
      guard value.isFinite else {
        return refuse("finite_number", "Input should be a finite number", input, &validation)
      }
      if let decimal = Decimal(input.text) { return decimal }
    case .string(let text):
      let plain = plain(text)
      if let value = Decimal(plain) { return value }
      if isNotFinite(plain) { return refuse("finite_number", "Input should be a finite number", input, &validation) }
    default:
      let message = "Decimal input should be an integer, float, string or Decimal object"
      return refuse("decimal_type", message, input, &validation)
    }
    return refuse("decimal_parsing", "Input should be a valid decimal", input, &validation)
  }

  private static func refuse(
    _ type: String, _ message: String, _ input: JSONValue, _ validation: inout Validation
  ) -> Decimal? {
    validation.report(ValidationError(type, message, input: input))
    return nil
  }

  /// Without white space around it and underscores in it; the digits of any script are digits.
  private static func plain(_ text: String) -> String {
    let trimmed = String(decoding: IntegerText.trimmed(text), as: UTF8.self)
    if trimmed.utf8.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "_") }) { return trimmed }
    var plain = String.UnicodeScalarView()
    for scalar in trimmed.unicodeScalars where scalar != "_" {
      let digit = scalar.properties.numericType == .decimal ? scalar.properties.numericValue : nil
      plain.append(digit.flatMap { Unicode.Scalar(UInt32(0x30 + $0)) } ?? scalar)
    }
    return String(plain)
  }

  /// An infinity or NaN, which may be signalling, and have digits of its own.
  private static func isNotFinite(_ text: String) -> Bool {
    var name = text.lowercased()[...]
    if name.first == "-" || name.first == "+" { name.removeFirst() }
    if name == "inf" || name == "infinity" { return true }
    if name.first == "s" { name.removeFirst() }
    return name.hasPrefix("nan") && name.utf8.dropFirst(3).allSatisfy(\.isDigit)
  }

  /// As FastAPI repeats a bound: an integer where it has no places.
  private var asNumber: JSONValue {
    exponent >= 0
      ? Int(description).map(JSONValue.integer) ?? .string(description) : .number(Double(description) ?? 0)
  }

  /// A number's or a numeral's, as for input.
  public static func document(_ constraint: DecimalLimits) -> JSONValue {
    var number: JSONValue = ["type": "number"]
    number["maximum"] = constraint.bounds.maximum.map { .number(Double($0.description) ?? 0) }
    number["minimum"] = constraint.bounds.minimum.map { .number(Double($0.description) ?? 0) }
    return ["anyOf": [number, ["type": "string"]]]
  }

  /// A numeral in a string, which loses nothing.
  public func write(to writer: inout JSONWriter) { writer.string(description) }
}

extension Codec where Value == Decimal {
  /// An exact number: a number or a numeral.
  public static var decimal: Codec { scalar() }

  /// An exact number within limits.
  public static func decimal(
    digits: Int? = nil, places: Int? = nil, minimum: Decimal? = nil, maximum: Decimal? = nil
  ) -> Codec {
    scalar(.limits(digits: digits, places: places, minimum: minimum, maximum: maximum))
  }

  /// The same, of which the documentation says no more than what is written: a numeral in a string.
  public static var decimalText: Codec {
    Codec(document: ["type": "string"], decode: decimal.decode, encode: decimal.encode)
  }
}
