extension JSONWriter {
  /// Writes a number as Python's `repr` does: the fewest digits that read back as the same number, with an exponent
  /// below 1e-4 and from 1e16 on. JSON has no infinities and no NaN: null.
  ///
  /// Swift finds the same digits, and has the same layout but for whole numbers, which it writes out up to 2^54.
  mutating func number(_ value: Double) {
    guard value.isFinite else { return raw("null") }
    let magnitude = value.magnitude
    guard magnitude <= 0x1p54, magnitude == magnitude.rounded(.towardZero) else { return described(value) }
    if value.sign == .minus { byte("-") }
    // Here no shorter text reads back as the same number than its own digits without zeros at the end.
    let whole = UInt64(magnitude)
    if magnitude < 1e16 {
      integer(whole)
      raw(".0")
    } else {
      scientific(whole)
    }
  }

  /// 17 digits, as `1.8e+16`.
  private mutating func scientific(_ whole: UInt64) {
    let first = whole / 10_000_000_000_000_000
    var (rest, width) = (whole % 10_000_000_000_000_000, 16)
    integer(first)
    if rest > 0 {
      while rest % 10 == 0 { (rest, width) = (rest / 10, width - 1) }
      byte(".")
      raw(width) { start in
        for index in (0..<width).reversed() {
          start[index] = UInt8(truncatingIfNeeded: 0x30 + rest % 10)
          rest /= 10
        }
      }
    }
    raw("e+16")
  }

  private mutating func described(_ value: Double) {
    var text = NumberText()
    value.write(to: &text)
    raw(text.count) { start in for index in 0..<text.count { start[index] = text.bytes[index] } }
  }
}

/// Where the standard library writes a number, which is 24 characters at most; so there is no String of it.
private struct NumberText: TextOutputStream {
  private(set) var bytes = InlineArray<32, UInt8>(repeating: 0)
  private(set) var count = 0

  mutating func write(_ text: String) {
    for byte in text.utf8 { append(byte) }
  }

  /// What the standard library calls instead where it has ASCII and no String.
  mutating func _writeASCII(_ text: UnsafeBufferPointer<UInt8>) {
    for byte in text { append(byte) }
  }

  private mutating func append(_ byte: UInt8) {
    guard count < bytes.count else { return }
    bytes[count] = byte
    count += 1
  }
}

extension Int {
  /// The value of a JSON numeral without fraction and exponent; nil beyond 64 bits.
  init?(numeral: ArraySlice<UInt8>) {
    let isNegative = numeral.first == UInt8(ascii: "-")
    var value = 0
    for byte in isNegative ? numeral.dropFirst() : numeral {
      let digit = Int(byte &- 0x30)
      let (tens, isTooLarge) = value.multipliedReportingOverflow(by: 10)
      let (sum, overflows) =
        isNegative ? tens.subtractingReportingOverflow(digit) : tens.addingReportingOverflow(digit)
      if isTooLarge || overflows { return nil }
      value = sum
    }
    self = value
  }
}

extension Double {
  /// The powers of ten that a Double has exactly.
  private static let powersOfTen: [Double] = (0...22).map { (0..<$0).reduce(1) { power, _ in power * 10 } }

  /// The nearest number to a JSON numeral, infinite where it is too large.
  ///
  /// Where digits and power of ten are both exact, one multiplication or division rounds as it has to be (William Clinger,
  /// "How to Read Floating Point Numbers Accurately", 1990); for the rest there is the C library.
  init(numeral: ArraySlice<UInt8>) {
    guard let (digits, exponent) = Self.exactParts(numeral) else {
      self = Double(String(decoding: numeral, as: UTF8.self)) ?? .nan
      return
    }
    let power = Self.powersOfTen[Int(exponent.magnitude)]
    let magnitude = exponent < 0 ? Double(digits) / power : Double(digits) * power
    self = numeral.first == UInt8(ascii: "-") ? -magnitude : magnitude
  }

  /// The digits without a point, at most 2^53, and the power of ten that belongs to them, at most 22.
  private static func exactParts(_ numeral: ArraySlice<UInt8>) -> (digits: UInt64, exponent: Int)? {
    let mantissa = numeral.prefix(25).prefix { $0 | 0x20 != UInt8(ascii: "e") }
    let written = numeral[mantissa.endIndex...].dropFirst()
    guard mantissa.count < 25, written.count <= 4,
      let power = Int(numeral: written.first == UInt8(ascii: "+") ? written.dropFirst() : written)
    else { return nil }
    var digits: UInt64 = 0
    for byte in mantissa where byte.isDigit {
      digits = digits &* 10 &+ UInt64(byte &- 0x30)
      if digits > 1 << 53 { return nil }
    }
    let decimals = mantissa.firstIndex(of: UInt8(ascii: ".")).map { mantissa.endIndex - 1 - $0 } ?? 0
    return abs(power - decimals) <= 22 ? (digits, power - decimals) : nil
  }
}
