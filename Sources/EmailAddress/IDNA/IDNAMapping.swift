/// UTS #46 mapping, nontransitional and without STD3 rules.
///
/// Its table is computed: every code point maps to its case folding in NFKC without default ignorables
/// (UTS #46, section 6), apart from a few named here. That equals the published table for everything
/// assigned in Unicode 14.
extension CodePoints {
  func mapped() throws(IDNAError) -> Self {
    if isASCII { return lowercasedASCII }
    var result = Self()
    for (index, point) in enumerated() {
      guard let mapping = point.mapping else {
        throw IDNAError("Codepoint \(point.number) not allowed at position \(index + 1) in \(quoted)")
      }
      result += mapping
    }
    return result.nfc
  }
}

extension CodePoint {
  /// nil for a disallowed code point.
  fileprivate var mapping: CodePoints? {
    switch self {
    case _ where isASCII: [lowercasedASCII]
    // Deviations: kept since transitional processing is over.
    case "ß", "ς": [self]
    case "ẞ": ["ß"]
    case "。", "｡": ["."]
    // Ideographic descriptions, vertical punctuation with full stops, replacement characters.
    case "\u{2FF0}"..."\u{2FFB}", "\u{FE12}", "\u{FE19}", "\u{FE30}", "\u{FFFC}", "\u{FFFD}": nil
    default: [self].foldedNFKC.filter { !$0.isDefaultIgnorable }
    }
  }

  /// email-validator's own forecast of what the mapping refuses, for a reason that lists the characters.
  var mayBeMapped: Bool {
    switch self {
    case "\u{80}"..."\u{9F}", "\u{2024}"..."\u{2026}": false
    case "\u{2010}"..."\u{2027}", "\u{202F}"..."\u{2060}", "\u{FF0E}": true
    default: !isFormatOrSeparator && !decomposesToFullStop
    }
  }
}
