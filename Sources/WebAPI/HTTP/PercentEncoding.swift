/// Percent-encoding (RFC 3986, section 2.1), as Python's urllib reads and writes it.
package enum PercentEncoding {
  /// Decodes every `%XX`; what is no such triplet stays, and bytes that are no UTF-8 become U+FFFD.
  static func decode(_ text: String, plusIsSpace: Bool = false) -> String {
    var text = text
    let escapes = text.withUTF8 { $0.contains { $0 == UInt8(ascii: "%") || plusIsSpace && $0 == UInt8(ascii: "+") } }
    return escapes ? String(decoding: bytes(text, plusIsSpace), as: UTF8.self) : text
  }

  private static func bytes(_ text: String, _ plusIsSpace: Bool) -> [UInt8] {
    let encoded = Array(text.utf8)
    var decoded: [UInt8] = []
    var index = 0
    while index < encoded.count {
      let byte = encoded[index]
      if byte == UInt8(ascii: "%"), index + 2 < encoded.count,
        let high = encoded[index + 1].hexadecimalDigit, let low = encoded[index + 2].hexadecimalDigit
      {
        decoded.append(high << 4 | low)
        index += 3
      } else {
        decoded.append(plusIsSpace && byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
        index += 1
      }
    }
    return decoded
  }

  /// Encodes what may not stand in a URL, as the reference does for a redirect's Location: letters, digits,
  /// `_.-~` and the bytes of `safe` stay.
  package static func encode(_ text: String, safe: String) -> String {
    var encoded: [UInt8] = []
    for byte in text.utf8 {
      if byte.isUnreserved || safe.utf8.contains(byte) {
        encoded.append(byte)
      } else {
        encoded.append(UInt8(ascii: "%"))
        for digit in [byte >> 4, byte & 15] { encoded.append(digit < 10 ? 0x30 + digit : 0x37 + digit) }
      }
    }
    return String(decoding: encoded, as: UTF8.self)
  }
}
