/// An IP address in brackets (RFC 5321, section 4.1.3), which is refused in any case: what is wrong with it is
/// the first reason.
enum DomainLiteral {
  /// Throws if the text is in brackets.
  static func refuse(_ domain: CodePoints) throws(EmailAddressError) {
    guard domain.first == "[", domain.last == "]" else { return }
    try check(CodePoints(domain.dropFirst().dropLast()))
    throw EmailAddressError("A bracketed IP address after the @-sign is not allowed here.")
  }

  private static func check(_ text: CodePoints) throws(EmailAddressError) {
    if !text.isEmpty, text.allSatisfy({ $0 == "." || ("0"..."9").contains($0) }) {
      try checkVersion4(text)
    } else if CodePoints(text.prefix(5)).lowercasedASCII == CodePoints("ipv6:") {
      try checkVersion6(CodePoints(text.dropFirst(5)))
    } else {
      try refuseTag(text)
    }
  }

  private static func checkVersion4(_ text: CodePoints) throws(EmailAddressError) {
    do throws(IPAddressError) {
      _ = try IPAddress.checkVersion4(text)
    } catch {
      throw EmailAddressError(
        "The address in brackets after the @-sign is not valid: It is not an IPv4 address (\(error.text)) or "
          + "is missing an address literal tag.")
    }
  }

  private static func checkVersion6(_ text: CodePoints) throws(EmailAddressError) {
    do throws(IPAddressError) {
      try IPAddress.checkVersion6(text)
    } catch {
      throw EmailAddressError("The IPv6 address in brackets after the @-sign is not valid (\(error.text)).")
    }
    if text.contains("%") {
      throw EmailAddressError(
        "The IPv6 address in brackets after the @-sign is not valid (It has a zone index).")
    }
  }

  private static func refuseTag(_ text: CodePoints) throws(EmailAddressError) {
    guard text.contains(":") else {
      throw EmailAddressError(
        "The part after the @-sign in brackets is not an IPv4 address and has no address literal tag.")
    }
    // The reference's expression reaches up to U+00FA, brackets and all.
    try text.forbid(
      { !("!"..."\u{FA}").contains($0) }, "The part after the @-sign contains invalid characters in brackets")
    throw EmailAddressError(
      "The part after the @-sign contains an invalid address literal tag in brackets.")
  }
}
