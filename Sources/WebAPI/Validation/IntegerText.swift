/// An integer of any size, as pydantic finds it in text or JSON.
enum Integer: Equatable {
  case fits(Int)
  /// Beyond 64 bits.
  case tooLarge
  case tooSmall
}

/// The integers that pydantic accepts in its lax mode, and its errors for the rest.
enum IntegerText {
  /// Python's limit of digits in an integer that is read from text.
  private static let mostDigits = 4300

  static func parse(_ text: String) -> Result<Integer, ValidationError> {
    guard !beginsWithTooManyDigits(text) else {
      let message = "Unable to parse input string as an integer, exceeded maximum size"
      return .failure(ValidationError("int_parsing_size", message, input: .string(text)))
    }
    guard let (isNegative, digits) = digits(text), digits.count <= mostDigits else {
      let message = "Input should be a valid integer, unable to parse string as an integer"
      return .failure(ValidationError("int_parsing", message, input: .string(text)))
    }
    let numeral = (isNegative ? "-" : "") + String(decoding: digits, as: UTF8.self)
    return .success(Int(numeral).map(Integer.fits) ?? (isNegative ? .tooSmall : .tooLarge))
  }

  /// Pydantic speaks of the size only where the text itself begins as a number that is too long, whatever follows; one
  /// that is too long behind a space, a plus or zeros is none to it.
  private static func beginsWithTooManyDigits(_ text: String) -> Bool {
    guard text.utf8.count > mostDigits else { return false }
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    return digits.first != 0x30 && digits.prefix(while: \.isDigit).count > mostDigits
  }

  /// The sign and the digits without leading zeros: white space around, one sign, single underscores between digits
  /// and a fraction of zeros are allowed.
  ///
  /// Pydantic drops leading zeros first, with any underscores among them, and only then looks at the number; so it takes
  /// `0__1`, and even `0-1` where no sign came before.
  private static func digits(_ text: String) -> (isNegative: Bool, digits: [UInt8])? {
    var rest = trimmed(text)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest = rest.dropFirst() }
    let point = rest.firstIndex(of: UInt8(ascii: ".")) ?? rest.endIndex
    guard isZeroFraction(rest[point...]), let number = withoutLeadingZeros(rest[..<point]) else { return nil }
    if !isNegative, rest.first == 0x30, number.first == UInt8(ascii: "-") {
      return digitsBehindZeros(number.dropFirst()).map { (true, $0) }
    }
    return withoutUnderscores(number).map { (isNegative, $0) }
  }

  private static func withoutLeadingZeros(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard text.first == 0x30 else { return text }
    if let end = text.firstIndex(where: { $0 != 0x30 && $0 != UInt8(ascii: "_") }) { return text[end...] }
    return text.last == 0x30 ? text.suffix(1) : nil
  }

  /// What follows a sign that follows zeros: one underscore may lead it, a zero may not.
  private static func digitsBehindZeros(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let number = text.first == UInt8(ascii: "_") ? text.dropFirst() : text
    return number.first == 0x30 && number.count > 1 ? nil : withoutUnderscores(number)
  }

  /// The bytes without white space around them.
  static func trimmed(_ text: String) -> [UInt8] {
    if text.utf8.allSatisfy({ 0x21..<0x7F ~= $0 }) { return Array(text.utf8) }
    let scalars = text.unicodeScalars
    let start = scalars.drop(while: \.properties.isWhitespace)
    let end = start.lastIndex { !$0.properties.isWhitespace }
    return end.map { Array(String(start[...$0]).utf8) } ?? []
  }

  private static func isZeroFraction(_ fraction: ArraySlice<UInt8>) -> Bool {
    fraction.isEmpty || fraction.count > 1 && fraction.dropFirst().allSatisfy { $0 == 0x30 }
  }

  private static func withoutUnderscores(_ text: ArraySlice<UInt8>) -> [UInt8]? {
    let groups = text.split(separator: UInt8(ascii: "_"), omittingEmptySubsequences: false)
    guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isDigit) }) else { return nil }
    return Array(groups.joined())
  }

  /// What a JSON value is as an integer.
  static func parse(_ input: JSONValue) -> Result<Integer, ValidationError> {
    switch input {
    case .integer(let value): return .success(.fits(value))
    case .bigInteger(let digits): return .success(digits.hasPrefix("-") ? .tooSmall : .tooLarge)
    case .bool(let value): return .success(.fits(value ? 1 : 0))
    case .string(let text): return parse(text)
    case .number(let value) where !value.isFinite:
      return .failure(ValidationError("finite_number", "Input should be a finite number", input: input))
    case .number(let value):
      if let integer = Int(exactly: value) { return .success(.fits(integer)) }
      if value == value.rounded() { return .success(value < 0 ? .tooSmall : .tooLarge) }
      let message = "Input should be a valid integer, got a number with a fractional part"
      return .failure(ValidationError("int_from_float", message, input: input))
    default:
      return .failure(ValidationError("int_type", "Input should be a valid integer", input: input))
    }
  }
}

/// The bounds of an integer: those that are declared, and within them those of the Swift type, which mirror a column's.
struct IntegerRange<Value: FixedWidthInteger & Sendable>: Sendable {
  let minimum: Value?
  let maximum: Value?

  private var least: Value { minimum ?? .min }
  private var most: Value { maximum ?? .max }

  /// The JSON Schema, with the bounds that hold.
  var document: JSONValue {
    ["type": "integer", "minimum": .integer(Int(clamping: least)), "maximum": .integer(Int(clamping: most))]
  }

  func check(_ integer: Integer, _ input: JSONValue, _ validation: inout Validation) -> Value? {
    switch integer {
    case .fits(let value) where value < least: return refuse("greater", "ge", least, input, &validation)
    case .fits(let value) where value > most: return refuse("less", "le", most, input, &validation)
    case .fits(let value): return Value(value)
    case .tooSmall: return refuse("greater", "ge", least, input, &validation)
    case .tooLarge: return refuse("less", "le", most, input, &validation)
    }
  }

  private func refuse(
    _ relation: String, _ short: String, _ bound: Value, _ input: JSONValue, _ validation: inout Validation
  ) -> Value? {
    validation.report(
      ValidationError(
        "\(relation)_than_equal", "Input should be \(relation) than or equal to \(bound)", input: input,
        context: [short: .integer(Int(clamping: bound))]))
    return nil
  }
}
