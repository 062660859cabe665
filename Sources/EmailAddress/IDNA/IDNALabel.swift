/// What is wrong with a domain, in the words of Python's `idna`.
struct IDNAError: Error {
  let text: String

  init(_ text: String) {
    self.text = text
  }
}

/// Labels of internationalized domain names (RFC 5891).
enum IDNALabel {
  private static let prefix: CodePoints = ["x", "n", "-", "-"]
  /// What the reference checks at most, so that no check takes long.
  private static let checkLimit = 254

  /// Whether the label begins `xn--`; upper case has been mapped away before.
  static func isEncoded(_ label: CodePoints) -> Bool {
    label.starts(with: prefix)
  }

  /// The label with Punycode if it needs it.
  static func encode(_ label: CodePoints) throws(IDNAError) -> CodePoints {
    let encoded = label.isASCII ? label : prefix + Punycode.encode(label)
    if label.isASCII { _ = try decode(label) } else { try check(label) }
    if encoded.count > Domain.labelLimit { throw IDNAError("Label too long") }
    return encoded
  }

  /// The Unicode label of an ASCII one, which has to be its only encoding (RFC 5891, section 5.3).
  static func decode(_ label: CodePoints) throws(IDNAError) -> CodePoints {
    guard isEncoded(label) else {
      try check(label)
      return label
    }
    let code = CodePoints(label.dropFirst(prefix.count))
    guard let decoded = Punycode.decode(code) else { throw IDNAError("Invalid A-label") }
    guard Punycode.encode(decoded) == code else {
      throw IDNAError("A-label is not the canonical Punycode encoding of its U-label")
    }
    try check(decoded)
    return decoded
  }

  /// RFC 5891, section 4.2, in the reference's order.
  private static func check(_ label: CodePoints) throws(IDNAError) {
    if label.isEmpty { throw IDNAError("Empty Label") }
    if label.count > checkLimit { throw IDNAError("Label too long") }
    if label.nfc != label { throw IDNAError("Label must be in Normalization Form C") }
    if label.dropFirst(2).starts(with: ["-", "-"]) {
      throw IDNAError("Label has disallowed hyphens in 3rd and 4th position")
    }
    if label.first == "-" || label.last == "-" {
      throw IDNAError("Label must not start or end with a hyphen")
    }
    if let first = label.first, first.isMark {
      throw IDNAError("Label begins with an illegal combining character")
    }
    for index in label.indices { try checkCodePoint(label, index) }
    if label.contains(where: { $0.isRightToLeft || $0.isUnassigned }) { try BidiRule.check(label) }
  }

  private static func checkCodePoint(_ label: CodePoints, _ index: Int) throws(IDNAError) {
    let number = label[index].number
    switch label[index].idnaClass {
    case .valid: return
    case .joiner where ContextRules.allowsJoiner(label, index): return
    case .contextual where ContextRules.allowsOther(label, index): return
    case .joiner where index > 0 && label[index - 1].isTangutIdeograph:
      // Python doesn't know their names, and takes a nameless character for an unassigned one.
      let place = "\(number) at position \(index + 1) in \(label.quoted)"
      throw IDNAError("Unknown codepoint adjacent to joiner \(place)")
    case .joiner: throw IDNAError("Joiner \(number) not allowed at position \(index + 1) in \(label.quoted)")
    case .contextual:
      throw IDNAError("Codepoint \(number) not allowed at position \(index + 1) in \(label.quoted)")
    case .disallowed:
      throw IDNAError("Codepoint \(number) at position \(index + 1) of \(label.quoted) not allowed")
    }
  }
}
