/// Writes compact JSON in UTF-8, as `json.dumps(…, ensure_ascii=False, separators=(",", ":"))` prints it.
public struct JSONWriter: Sendable {
  /// What has been written.
  public private(set) var bytes: [UInt8] = []

  /// A writer with room for `capacity` bytes before it has to grow.
  public init(capacity: Int = 256) {
    bytes.reserveCapacity(capacity)
  }

  /// Appends bytes that are JSON already.
  @inline(__always) mutating func raw(_ json: [UInt8]) {
    bytes.append(contentsOf: json)
  }

  /// Appends JSON that is a literal of the program.
  @inline(__always) mutating func raw(_ json: StaticString) {
    json.withUTF8Buffer { bytes.append(contentsOf: $0) }
  }

  /// Appends one ASCII character.
  @inline(__always) mutating func byte(_ character: Unicode.Scalar) {
    bytes.append(UInt8(truncatingIfNeeded: character.value))
  }

  /// Appends a decimal digit.
  @inline(__always) mutating func digit(_ value: UInt8) {
    bytes.append(0x30 &+ value)
  }

  /// Writes an integer in decimal.
  mutating func integer(_ value: some FixedWidthInteger) {
    var magnitude = UInt64(truncatingIfNeeded: value.magnitude)
    if value < 0 { byte("-") }
    var digits: (UInt64, UInt64, UInt64) = (0, 0, 0)  // room for the 20 digits of 2^64
    withUnsafeMutableBytes(of: &digits) { digits in
      var start = digits.count
      repeat {
        start -= 1
        digits[start] = UInt8(truncatingIfNeeded: 0x30 + magnitude % 10)
        magnitude /= 10
      } while magnitude > 0
      bytes.append(contentsOf: digits[start...])
    }
  }

  /// Writes a string in quotes; control characters, quotes and backslashes are escaped, nothing else is.
  mutating func string(_ value: String) {
    byte("\"")
    var value = value
    value.withUTF8 { utf8 in
      // Nearly every string has nothing to escape, and a copy of its bytes will do.
      if utf8.allSatisfy({ $0 > 0x1F && $0 != 0x22 && $0 != 0x5C }) {
        bytes.append(contentsOf: utf8)
      } else {
        for byte in utf8 { escaped(byte) }
      }
    }
    byte("\"")
  }

  private mutating func escaped(_ byte: UInt8) {
    switch byte {
    case 0x22: raw("\\\"")
    case 0x5C: raw("\\\\")
    case 0x08: raw("\\b")
    case 0x0C: raw("\\f")
    case 0x0A: raw("\\n")
    case 0x0D: raw("\\r")
    case 0x09: raw("\\t")
    case ..<0x20:
      raw("\\u00")
      for digit in [byte >> 4, byte & 15] { bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit) }
    default: bytes.append(byte)
    }
  }

  /// Writes a value as Python prints it.
  public mutating func value(_ value: JSONValue) {
    switch value {
    case .null: raw("null")
    case .bool(let bool): raw(bool ? "true" : "false")
    case .integer(let integer): self.integer(integer)
    case .bigInteger(let digits): bytes.append(contentsOf: digits.utf8)
    case .number(let number): self.number(number)
    case .string(let string), .malformedString(let string): self.string(string)
    case .array(let elements): array(elements) { $0.value($1) }
    case .object(let object): self.object(object)
    }
  }

  /// Writes an array, each element by `write`.
  mutating func array<Element>(_ elements: [Element], _ write: (inout JSONWriter, Element) -> Void) {
    byte("[")
    var isFirst = true
    for element in elements {
      if !isFirst { byte(",") }
      isFirst = false
      write(&self, element)
    }
    byte("]")
  }

  private mutating func object(_ object: JSONObject) {
    byte("{")
    var isFirst = true
    for member in object.members {
      if !isFirst { byte(",") }
      isFirst = false
      string(member.key.text)
      byte(":")
      value(member.value)
    }
    byte("}")
  }

  /// Writes a number as Python's `repr` does: the fewest digits that read back as the same number, with an exponent
  /// below 1e-4 and from 1e16 on. JSON has no infinities and no NaN: null.
  mutating func number(_ value: Double) {
    guard value.isFinite else { return raw("null") }
    if value.sign == .minus { byte("-") }
    let (digits, exponent) = Self.decimal(value.magnitude)
    switch exponent {
    case -4..<0:
      raw("0.")
      bytes.append(contentsOf: repeatElement(0x30, count: -exponent - 1))
      bytes.append(contentsOf: digits)
    case 0..<16: fixed(digits, exponent)
    default: scientific(digits, exponent)
    }
  }

  private mutating func fixed(_ digits: [UInt8], _ exponent: Int) {
    let whole = digits.prefix(exponent + 1)
    bytes.append(contentsOf: whole)
    bytes.append(contentsOf: repeatElement(0x30, count: exponent + 1 - whole.count))
    byte(".")
    bytes.append(contentsOf: digits.count > exponent + 1 ? digits[(exponent + 1)...] : [0x30])
  }

  private mutating func scientific(_ digits: [UInt8], _ exponent: Int) {
    bytes.append(contentsOf: digits.prefix(1))
    if digits.count > 1 {
      byte(".")
      bytes.append(contentsOf: digits.dropFirst())
    }
    byte("e")
    byte(exponent < 0 ? "-" : "+")
    if exponent.magnitude < 10 { raw("0") }
    integer(exponent.magnitude)
  }

  /// The digits of a finite number without leading and trailing zeros, and the power of ten of the first one. Swift's
  /// description has the same, fewest, digits as Python's repr; only the layout differs.
  private static func decimal(_ value: Double) -> (digits: [UInt8], exponent: Int) {
    let parts = value.description.utf8.split(separator: UInt8(ascii: "e"))
    let written = parts.count > 1 ? Int(Substring(parts[1])) ?? 0 : 0
    let mantissa = Array(parts[0])
    let point = mantissa.firstIndex(of: UInt8(ascii: ".")) ?? mantissa.count
    let digits = mantissa.filter(\.isDigit)
    guard let first = digits.firstIndex(where: { $0 != 0x30 }) else { return ([0x30], 0) }
    let last = digits.lastIndex { $0 != 0x30 } ?? first
    return (Array(digits[first...last]), written + point - 1 - first)
  }
}

extension JSONValue {
  /// The value as compact JSON.
  public var text: String {
    var writer = JSONWriter()
    writer.value(self)
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
