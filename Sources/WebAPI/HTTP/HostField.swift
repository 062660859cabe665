internal import EmailAddress

/// The header field Host, as Starlette reads it: a host with an optional port (RFC 3986, section 3.2.2), or nothing.
enum HostField {
  /// Whether an address can be built with `text`.
  static func isUsable(_ text: String) -> Bool {
    let bytes = text.utf8
    let isLiteral = bytes.first == UInt8(ascii: "[")
    let mark = bytes.firstIndex(of: UInt8(ascii: isLiteral ? "]" : ":"))
    guard let mark else { return !isLiteral && isName(bytes[...]) }
    guard isLiteral else { return isName(bytes[..<mark]) && isPort(bytes[mark...]) }
    let rest = bytes[bytes.index(after: mark)...]
    return isLiteralAddress(bytes[..<mark].dropFirst()) && (rest.isEmpty || isPort(rest))
  }

  private static func isName(_ text: Substring.UTF8View) -> Bool {
    !text.isEmpty && text.allSatisfy { isPlain($0) || $0 == UInt8(ascii: "%") }
  }

  /// What is in brackets: IPv6, or of a future version, whose `v` Starlette wants small.
  private static func isLiteralAddress(_ text: Substring.UTF8View) -> Bool {
    guard text.first == UInt8(ascii: "v") else {
      return text.allSatisfy { $0.hexadecimalDigit != nil || ".:".utf8.contains($0) }
        && IPAddress.isVersion6(String(Substring(text)))
    }
    guard let dot = text.firstIndex(of: UInt8(ascii: ".")) else { return false }
    let (version, address) = (text[..<dot].dropFirst(), text[dot...].dropFirst())
    return !version.isEmpty && version.allSatisfy { $0.hexadecimalDigit != nil }
      && !address.isEmpty && address.allSatisfy { isPlain($0) || $0 == UInt8(ascii: ":") }
  }

  /// A colon and a number of 16 bits, with any zeros in front.
  private static func isPort(_ text: Substring.UTF8View) -> Bool {
    let digits = text.dropFirst()
    guard text.first == UInt8(ascii: ":"), !digits.isEmpty, digits.allSatisfy(\.isDigit) else { return false }
    let number = digits.drop { $0 == UInt8(ascii: "0") }
    return number.isEmpty || UInt16(Substring(number)) != nil
  }

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte.isUnreserved || "!$&'()*+,;=".utf8.contains(byte)
  }
}
