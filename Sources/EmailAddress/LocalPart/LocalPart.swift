/// The part before the @, checked and normalized.
struct LocalPart {
  /// Names of RFC 2142, sections 3 to 5, which are the same in any case.
  static let mailboxNames: [StaticString] = [
    "info", "marketing", "sales", "support",
    "abuse", "noc", "security",
    "postmaster", "hostmaster", "usenet", "news", "webmaster", "www", "uucp", "ftp",
  ]

  let text: CodePoints

  /// `unquoted` has no quotes or escapes any more.
  ///
  /// Quotes are refused only after everything else that may be wrong with it, as the reference does.
  init(_ unquoted: CodePoints, isQuoted: Bool) throws(EmailAddressError) {
    try Self.check(unquoted, isQuoted: isQuoted)
    let normalized = unquoted.nfc
    if normalized != unquoted {
      try Self.checkNormalized(normalized, isQuoted: isQuoted)
    }
    if isQuoted {
      throw EmailAddressError("Quoting the part before the @-sign is not allowed here.")
    }
    text = Self.isMailboxName(normalized) ? normalized.lowercasedASCII : normalized
  }

  private static func isMailboxName(_ text: CodePoints) -> Bool {
    let name = String(text.lowercasedASCII)
    return mailboxNames.contains { $0.description == name }
  }

  private static func checkNormalized(_ text: CodePoints, isQuoted: Bool) throws(EmailAddressError) {
    do {
      try check(text, isQuoted: isQuoted)
    } catch {
      throw EmailAddressError("After Unicode normalization: \(error.reason)")
    }
  }

  private static func check(_ text: CodePoints, isQuoted: Bool) throws(EmailAddressError) {
    if text.isEmpty { throw EmailAddressError("There must be something before the @-sign.") }
    if text.isDotAtom(\.isAtom) { return }
    if text.isDotAtom(\.isInternationalAtom) { return try text.forbidUnsafe() }
    if isQuoted { return try checkQuoted(text) }
    try text.forbid(
      { !$0.isInternationalAtom && $0 != "." },
      "The email address contains invalid characters before the @-sign")
    try text.checkDots(
      atStart: "An email address cannot start with a period.",
      atEnd: "An email address cannot have a period immediately before the @-sign.")
  }

  /// `qtext` of RFC 5321, section 4.1.2, with RFC 6531's extension.
  private static func checkQuoted(_ text: CodePoints) throws(EmailAddressError) {
    try text.forbid(
      { $0 < " " || $0 == "\u{7F}" },
      "The email address contains invalid characters in quotes before the @-sign")
    try text.forbidUnsafe(allowSpace: true)
  }
}
