/// What a host name may look like (RFC 952, RFC 1123, section 2.1).
extension Domain {
  static func checkDotsAndHyphens(_ text: CodePoints) throws(EmailAddressError) {
    try text.checkDots(
      atStart: "An email address cannot have a period immediately after the @-sign.",
      atEnd: "An email address cannot end with a period.")
    if text.last == "-" { throw EmailAddressError("An email address cannot end with a hyphen.") }
    if text.first == "-" {
      throw EmailAddressError("An email address cannot have a hyphen immediately after the @-sign.")
    }
    if text.contains(".", beside: "-") || text.contains("-", beside: ".") {
      throw EmailAddressError("An email address cannot have a period and a hyphen next to each other.")
    }
    if text.labels.contains(where: isReserved) {
      throw EmailAddressError(
        "An email address cannot have two letters followed by two dashes immediately after the @-sign or "
          + "after a period, except Punycode.")
    }
  }

  /// An R-LDH label other than Punycode (RFC 5890, section 2.3.1).
  private static func isReserved(_ label: CodePoints) -> Bool {
    label.dropFirst(2).starts(with: ["-", "-"]) && !IDNALabel.isEncoded(label)
  }

  static func checkLengths(_ ascii: CodePoints) throws(EmailAddressError) {
    if ascii.count > nameLimit {
      let excess = ascii.count - nameLimit
      throw EmailAddressError(
        "The email address is too long after the @-sign (\(excess) byte\(excess == 1 ? "" : "s") too many "
          + "after IDNA encoding).")
    }
    for label in ascii.labels where label.count > labelLimit {
      throw EmailAddressError(
        "After the @-sign, periods cannot be separated by so many characters "
          + "\(label.tooMany(limit: labelLimit)).")
    }
  }

  static func checkTopLevel(_ ascii: CodePoints) throws(EmailAddressError) {
    let labels = ascii.labels
    guard labels.count > 1, let top = labels.last else {
      throw EmailAddressError("The part after the @-sign is not valid. It should have a period.")
    }
    guard let end = top.last, ("a"..."z").contains(end) else {
      throw EmailAddressError(
        "The part after the @-sign is not valid. It is not within a valid top-level domain.")
    }
    let name = String(top)
    if specialUseNames.contains(where: { $0.description == name }) {
      throw EmailAddressError(
        "The part after the @-sign is a special-use or reserved name that cannot be used with email.")
    }
  }
}

extension CodePoint {
  /// Letters, digits, hyphen and full stop, and everything outside ASCII (RFC 6531, section 3.3).
  var isInternationalHostName: Bool {
    switch self {
    case "a"..."z", "A"..."Z", "0"..."9", "-", ".": true
    default: !isASCII
    }
  }
}
