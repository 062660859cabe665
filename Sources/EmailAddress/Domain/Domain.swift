/// The part after the @, checked and normalized.
struct Domain {
  /// Octets of a name (RFC 1035, section 2.3.4, without the root label).
  static let nameLimit = 253
  /// Octets of a label (RFC 1035, section 2.3.1).
  static let labelLimit = 63
  /// IANA's special-use names that can't be delivered to; `example` is allowed (RFC 6761, section 6.5).
  static let specialUseNames: [StaticString] = ["arpa", "invalid", "local", "localhost", "onion", "test"]

  /// With Punycode labels, as DNS has it.
  let ascii: CodePoints
  /// With Unicode labels.
  let unicode: CodePoints

  init(_ text: CodePoints) throws(EmailAddressError) {
    if text.isEmpty { throw EmailAddressError("There must be something after the @-sign.") }
    try DomainLiteral.refuse(text)
    try Self.checkCharacters(text)
    let mapped = try Self.mapped(text)
    try Self.checkDotsAndHyphens(mapped)
    // ASCII needs no more: its characters, dots and hyphens have been checked. A text of nothing but what the
    // mapping drops has come out empty, which the encoding refuses.
    ascii = mapped.isASCII && !mapped.isEmpty ? mapped : try Self.encoded(mapped)
    try Self.checkLengths(ascii)
    try Self.checkTopLevel(ascii)
    unicode = try Self.decoded(ascii)
  }

  private static func checkCharacters(_ text: CodePoints) throws(EmailAddressError) {
    if text.count > nameLimit {
      let excess = text.tooMany(limit: nameLimit)
      throw EmailAddressError("The email address is too long after the @-sign \(excess).")
    }
    let problem = "The part after the @-sign contains invalid characters"
    try text.forbid({ !$0.isInternationalHostName }, problem)
    try text.forbidUnsafe()
    try text.forbid({ !$0.mayBeMapped }, problem)
  }

  private static func mapped(_ text: CodePoints) throws(EmailAddressError) -> CodePoints {
    let problem = "The part after the @-sign contains invalid characters"
    let mapped: CodePoints
    do throws(IDNAError) {
      mapped = try text.mapped()
    } catch {
      throw EmailAddressError("\(problem) (\(error.text)).")
    }
    try mapped.forbid({ !$0.isInternationalHostName }, "\(problem) after Unicode normalization")
    return mapped
  }

  private static func encoded(_ text: CodePoints) throws(EmailAddressError) -> CodePoints {
    do throws(IDNAError) {
      var labels: [CodePoints] = []
      for label in text.labels { labels.append(try IDNALabel.encode(label)) }
      return CodePoints(labels.joined(separator: ["."]))
    } catch {
      throw EmailAddressError("The part after the @-sign is invalid (\(error.text)).")
    }
  }

  /// Domains of ASCII labels come back as they are.
  private static func decoded(_ text: CodePoints) throws(EmailAddressError) -> CodePoints {
    let labels = text.labels
    guard labels.contains(where: IDNALabel.isEncoded) else { return text }
    let unicode = try validIDNA { () throws(IDNAError) in
      var decoded: [CodePoints] = []
      for label in labels { decoded.append(try IDNALabel.decode(label)) }
      return decoded
    }
    let domain = CodePoints(unicode.joined(separator: ["."]))
    try domain.forbidUnsafe()
    // One right-to-left label makes the rule apply to all (RFC 5893, section 1.4).
    if domain.contains(where: \.isRightToLeft) {
      try validIDNA { () throws(IDNAError) in for label in unicode { try BidiRule.check(label) } }
    }
    return domain
  }

  private static func validIDNA<T>(_ body: () throws(IDNAError) -> T) throws(EmailAddressError) -> T {
    do throws(IDNAError) {
      return try body()
    } catch {
      throw EmailAddressError("The part after the @-sign is not valid IDNA (\(error.text)).")
    }
  }
}
