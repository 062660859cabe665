/// An exact decimal number with the places that it was written with, as `numeric` stores it and Python's Decimal has it: 1.50
/// equals 1.5, and is written as 1.50.
///
/// Never infinite, and no arithmetic: that is PostgreSQL's. At most 131072 digits before the point and 16383 behind it
/// (PostgreSQL's documentation, "Arbitrary Precision Numbers").
public struct Decimal: Sendable {
  /// Whether it has a minus; zero may have one.
  public let isNegative: Bool
  /// Values 0 to 9, the first of them not 0; none for zero.
  package let digits: [UInt8]
  /// The power of ten of the last digit.
  public let exponent: Int

  private static let mostBeforePoint = 131_072
  private static let mostBehindPoint = 16_383

  /// Nil where it has more digits than PostgreSQL stores.
  package init?(isNegative: Bool, digits: some Collection<UInt8>, exponent: Int) {
    let digits = digits.drop { $0 == 0 }
    guard -Self.mostBehindPoint...Self.mostBeforePoint ~= exponent,
      exponent + digits.count <= Self.mostBeforePoint
    else { return nil }
    (self.isNegative, self.digits, self.exponent) = (isNegative, Array(digits), exponent)
  }

  /// A whole number.
  public init(_ value: some FixedWidthInteger) {
    // No integer type of the language has as many digits as a Decimal may have.
    (isNegative, exponent) = (value < 0, 0)
    digits = value == 0 ? [] : String(value.magnitude).utf8.map { $0 - 0x30 }
  }

  /// The power of ten of the first digit, or of zero's only one.
  var adjusted: Int { exponent + max(0, digits.count - 1) }
}

extension Decimal: ExpressibleByIntegerLiteral {
  /// A whole number.
  public init(integerLiteral value: Int) { self.init(value) }
}

// MARK: Order

extension Decimal: Hashable, Comparable {
  /// Without zeros at the end; minus zero is zero.
  private var significant: ArraySlice<UInt8> {
    var rest = digits[...]
    while rest.last == 0 { rest.removeLast() }
    return rest
  }

  /// Whether both are the same number.
  public static func == (left: Decimal, right: Decimal) -> Bool { !(left < right) && !(right < left) }

  /// The number's hash, whatever its places.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(isNegative && !digits.isEmpty)
    hasher.combine(digits.isEmpty ? 0 : adjusted)
    hasher.combine(Array(significant))
  }

  /// Whether `left` is the lesser number.
  public static func < (left: Decimal, right: Decimal) -> Bool {
    let signs = (left.sign, right.sign)
    guard signs.0 == signs.1 else { return signs.0 < signs.1 }
    return signs.0 < 0 ? isLess(right, left) : isLess(left, right)
  }

  private var sign: Int { digits.isEmpty ? 0 : isNegative ? -1 : 1 }

  /// Of numbers with the same sign, by what stands behind it.
  private static func isLess(_ left: Decimal, _ right: Decimal) -> Bool {
    if left.digits.isEmpty { return false }
    if left.adjusted != right.adjusted { return left.adjusted < right.adjusted }
    return left.significant.lexicographicallyPrecedes(right.significant)
  }
}

// MARK: Text

extension Decimal: CustomStringConvertible {
  /// As Python's `str` writes it: with an exponent only where it is above 0, or the first digit stands behind the sixth place.
  public var description: String {
    let sign = isNegative ? "-" : ""
    let text = digits.isEmpty ? [0x30] : digits.map { $0 + 0x30 }
    guard exponent > 0 || adjusted < -6 else { return sign + Self.plain(text, exponent) }
    let fraction = text.count > 1 ? "." + String(decoding: text[1...], as: UTF8.self) : ""
    return sign + String(decoding: text[..<1], as: UTF8.self) + fraction + "E" + (adjusted < 0 ? "" : "+")
      + "\(adjusted)"
  }

  /// With a point in front of the last places, if there are any.
  private static func plain(_ digits: [UInt8], _ exponent: Int) -> String {
    guard exponent < 0 else { return String(decoding: digits, as: UTF8.self) }
    let padded = [UInt8](repeating: 0x30, count: max(0, 1 - exponent - digits.count)) + digits
    let point = padded.count + exponent
    return String(decoding: padded[..<point], as: UTF8.self) + "." + String(decoding: padded[point...], as: UTF8.self)
  }

  /// Reads digits with a sign, a point and an exponent where there are any (`-12.50`, `1E+3`); nil if it is anything else,
  /// or has more digits than PostgreSQL stores.
  public init?(_ text: String) {
    var rest = Array(text.utf8)[...]
    let isNegative = rest.first == UInt8(ascii: "-")
    if isNegative || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    let mantissa = rest.prefix { $0 | 0x20 != UInt8(ascii: "e") }
    guard let written = Self.power(rest[mantissa.endIndex...]) else { return nil }
    let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.endIndex
    let digits = mantissa[..<point] + mantissa[point...].dropFirst()
    guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
    let places = max(0, mantissa.endIndex - point - 1)
    self.init(isNegative: isNegative, digits: digits.map { $0 - 0x30 }, exponent: written - places)
  }

  /// What `E+3` says; 0 where nothing is there. Nil too where it is larger than any that is stored, so that what is reckoned
  /// with it does not overflow.
  private static func power(_ text: ArraySlice<UInt8>) -> Int? {
    guard !text.isEmpty else { return 0 }
    var digits = text.dropFirst()
    let isNegative = digits.first == UInt8(ascii: "-")
    if isNegative || digits.first == UInt8(ascii: "+") { digits.removeFirst() }
    guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }),
      let power = Int(String(decoding: digits, as: UTF8.self)), power < 1 << 31
    else { return nil }
    return isNegative ? -power : power
  }
}

extension Decimal {
  /// How many digits it has without zeros at the end, and the power of ten of the last of them; zero has one, of 1.
  package var normalized: (count: Int, exponent: Int) {
    let significant = significant
    return significant.isEmpty ? (1, 0) : (significant.count, exponent + digits.count - significant.count)
  }
}
