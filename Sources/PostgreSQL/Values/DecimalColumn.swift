public import Scalars

extension Decimal: PostgreSQLEncodable, PostgreSQLDecodable, PostgreSQLArrayElement {
  /// numeric.
  public static var postgreSQLType: PostgreSQLType { .numeric }

  /// What `numeric_recv` of PostgreSQL's numeric.c reads: how many groups of four digits, the power of 10000 of the first, the
  /// sign, the places behind the point, then each group in two bytes. Groups of zeros at the end are left out.
  public func encode(into buffer: inout ParameterBuffer) {
    let weight = Self.group(exponent + digits.count - 1)
    var groups: [Int16] = digits.isEmpty ? [] : (Self.group(exponent)...weight).reversed().map { value(ofGroup: $0) }
    while groups.last == 0 { groups.removeLast() }
    // A Decimal has at most 147455 digits, so each of these fits.
    buffer.append(Int16(clamping: groups.count))
    buffer.append(groups.isEmpty ? 0 : Int16(clamping: weight))
    buffer.append(UInt16(isNegative && !groups.isEmpty ? Self.minus : 0))
    buffer.append(Int16(clamping: max(0, -exponent)))
    for group in groups { buffer.append(group) }
  }

  /// In which group of four the digit of a power of ten stands; the division rounds down.
  private static func group(_ power: Int) -> Int { power >> 2 }

  private func value(ofGroup group: Int) -> Int16 {
    (0..<4).reversed().reduce(0) { $0 * 10 + Int16(digit(ofPower: group * 4 + $1)) }
  }

  private func digit(ofPower power: Int) -> UInt8 {
    let index = exponent + digits.count - 1 - power
    return digits.indices.contains(index) ? digits[index] : 0
  }

  /// numeric.
  public static func decodes(_ type: PostgreSQLType) -> Bool { type == .numeric }

  /// NaN and the infinities are errors, for a Decimal is neither.
  public static func decode(_ bytes: RawSpan) throws(DecodingFailure) -> Decimal {
    let count = Int(try bytes.integer() as Int16)
    let weight = Int(try bytes.integer(at: 2) as Int16)
    let sign: UInt16 = try bytes.integer(at: 4)
    let places = Int(try bytes.integer(at: 6) as UInt16)
    guard sign == 0 || sign == minus else { throw DecodingFailure(sign == 0xC000 ? "NaN" : "an infinity") }
    guard count >= 0, bytes.byteCount == 8 + 2 * count else { throw DecodingFailure("\(bytes.byteCount) bytes") }
    var digits: [UInt8] = []
    for index in 0..<count { digits += try digitsOfGroup(bytes.integer(at: 8 + 2 * index)) }
    // From the power of ten of the last group's last digit to that of the last place.
    let surplus = (weight - count + 1) * 4 + places
    if surplus > 0 {
      digits += [UInt8](repeating: 0, count: surplus)
    } else {
      digits.removeLast(min(digits.count, -surplus))
    }
    guard let decimal = Decimal(isNegative: sign == minus, digits: digits, exponent: -places) else {
      throw DecodingFailure("\(digits.count) digits")
    }
    return decimal
  }

  private static let minus: UInt16 = 0x4000

  private static func digitsOfGroup(_ group: Int16) throws(DecodingFailure) -> [UInt8] {
    guard 0...9999 ~= group else { throw DecodingFailure("a group of digits of \(group)") }
    return [1000, 100, 10, 1].map { UInt8(group / $0 % 10) }
  }
}
