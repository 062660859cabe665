/// The text of an address taken apart at its unquoted `@`, before anything in the parts is checked.
///
/// `Name <address>` that Pydantic has left alone is taken apart here too (RFC 5322, section 3.4): it is
/// refused in the end, but what is wrong inside is the first reason.
struct AddressParts {
  let hasDisplayName: Bool
  /// As it is written.
  let localPart: CodePoints
  /// Without quotes and escapes, if it has any.
  let unquotedLocalPart: CodePoints
  let isQuoted: Bool
  let domain: CodePoints

  init(_ text: CodePoints) throws(EmailAddressError) {
    let split = try text.firstUnquoted(["@", "<"])
    hasDisplayName = text[split] == "<"
    if hasDisplayName {
      try Self.checkDisplayName(CodePoints(text[..<split]))
      let inner = try Self.betweenBrackets(text[split...])
      (localPart, domain) = try Self.divide(inner, at: inner.firstUnquoted(["@"]))
    } else {
      (localPart, domain) = Self.divide(text, at: split)
    }
    (unquotedLocalPart, isQuoted) = try localPart.unquoted()
  }

  private static func divide(_ text: CodePoints, at split: Int) -> (CodePoints, CodePoints) {
    (CodePoints(text[..<split]), CodePoints(text[(split + 1)...]))
  }

  private static func checkDisplayName(_ text: CodePoints) throws(EmailAddressError) {
    let (name, isQuoted) = try text.trimmedAtEnd.unquoted()
    if !isQuoted {
      try name.forbid(
        { !($0.isAtom || $0 == " ") }, "The display name contains invalid characters when not quoted")
    }
    try name.forbidUnsafe(allowSpace: true)
  }

  private static func betweenBrackets(
    _ text: CodePoints.SubSequence
  ) throws(EmailAddressError) -> CodePoints {
    guard text.contains(">") else {
      throw EmailAddressError(
        "An open angle bracket at the start of the email address has to be followed by a close angle "
          + "bracket at the end.")
    }
    guard let end = text.lastIndex(where: { $0 != " " }), text[end] == ">" else {
      throw EmailAddressError("There can't be anything after the email address.")
    }
    return CodePoints(text[(text.startIndex + 1)..<end])
  }
}

extension CodePoints {
  fileprivate var trimmedAtEnd: Self {
    Self(prefix((lastIndex { !$0.isWhiteSpace } ?? -1) + 1))
  }
}
