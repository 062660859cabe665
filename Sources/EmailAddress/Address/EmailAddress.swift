/// An email address that can be delivered to, as far as its text tells.
///
/// The rules are those of Pydantic's `EmailStr`: email-validator 2.4 without looking at the DNS. That is
/// RFC 5321 and RFC 5322 dot-atoms, RFC 6531 internationalized local parts, and IDNA 2008 domains after
/// UTS #46 mapping.
public struct EmailAddress: Hashable, Sendable {
  /// The address as `EmailStr` returns it: no display name, the local part in NFC, the domain lower-cased and
  /// in Unicode.
  public let normalized: String

  /// Reads an address, alone or as `Name <address>`.
  ///
  /// At most 2048 code points of text, and 254 bytes of address (RFC 5321, section 4.5.3.1.3).
  /// Throws an ``EmailAddressError`` with the first reason found: the local part before the domain.
  public init(_ text: String) throws(EmailAddressError) {
    if let plain = PlainAddress(text) {
      normalized = plain.normalized
    } else {
      normalized = try Self.normalize(CodePoints(reading: text))
    }
  }

  /// The long way, which any address may go.
  static func normalize(_ text: CodePoints) throws(EmailAddressError) -> String {
    let parts = try AddressParts(text)
    let local = try LocalPart(parts.unquotedLocalPart, isQuoted: parts.isQuoted)
    let domain = try Domain(parts.domain)
    let normalized = local.text + ["@"] + domain.unicode
    try checkLength(parts.localPart + ["@"] + parts.domain)
    try checkLength(normalized, "after normalization")
    try checkLength(
      local.text + ["@"] + domain.ascii, "when the part after the @-sign is converted to IDNA ASCII")
    if parts.hasDisplayName {
      throw EmailAddressError(
        "A display name and angle brackets around the email address are not permitted here.")
    }
    return String(normalized)
  }
}
