extension UInt8 {
  /// Whether this is one of the ASCII digits 0 to 9.
  var isDigit: Bool { 0x30...0x39 ~= self }

  /// Whether this is one of the ASCII letters.
  var isLetter: Bool { 0x41...0x5A ~= self || 0x61...0x7A ~= self }

  /// Whether the value of a header field cannot have this: the control characters but the tab (RFC 9110, section 5.5).
  var isForbiddenInField: Bool { self < 0x20 && self != 0x09 || self == 0x7F }

  /// Whether this is a character that stands for itself in every part of a URL (RFC 3986, section 2.3).
  var isUnreserved: Bool { isDigit || isLetter || "_.-~".utf8.contains(self) }

  /// The value of an ASCII hexadecimal digit of either case.
  var hexadecimalDigit: UInt8? {
    switch self {
    case 0x30...0x39: self - 0x30
    case 0x41...0x46: self - 0x37
    case 0x61...0x66: self - 0x57
    default: nil
    }
  }
}

extension UnsafeMutablePointer<UInt8> {
  /// Writes a number below 100 in two digits.
  @inline(__always) func storeTwoDigits(_ value: UInt32) {
    let tens = (value &* 103) >> 10  // value / 10, exactly, below 100
    self[0] = UInt8(truncatingIfNeeded: 0x30 &+ tens)
    self[1] = UInt8(truncatingIfNeeded: 0x30 &+ value &- tens &* 10)
  }
}
