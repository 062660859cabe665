/// The derived property of RFC 5892, computed as its section 3 says.
enum IDNAClass {
  /// PVALID.
  case valid
  /// CONTEXTJ.
  case joiner
  /// CONTEXTO.
  case contextual
  case disallowed
}

extension CodePoint {
  var idnaClass: IDNAClass {
    if let exception { return exception }
    if isUnassigned || isSurrogate { return .disallowed }
    if isASCII { return isLetterDigitHyphen ? .valid : .disallowed }
    if self == "\u{200C}" || self == "\u{200D}" { return .joiner }
    let isRefused = isDefaultIgnorable || isWhiteSpace || isNoncharacter || isInRefusedBlock || isUnstable
    return !isRefused && isLetterDigit ? .valid : .disallowed
  }

  /// Section 2.6.
  private var exception: IDNAClass? {
    switch self {
    case "ß", "ς", "\u{6FD}", "\u{6FE}", "\u{F0B}", "\u{3007}": .valid
    case "·", "\u{375}", "\u{5F3}", "\u{5F4}", "\u{30FB}": .contextual
    case "\u{660}"..."\u{669}", "\u{6F0}"..."\u{6F9}": .contextual
    case "\u{640}", "\u{7FA}", "\u{302E}", "\u{302F}", "\u{3031}"..."\u{3035}", "\u{303B}": .disallowed
    default: nil
    }
  }

  /// Section 2.8.
  private var isLetterDigitHyphen: Bool {
    switch self {
    case "a"..."z", "0"..."9", "-": true
    default: false
    }
  }

  /// Sections 2.4 (combining marks for symbols, musical notation) and 2.9 (old Hangul).
  private var isInRefusedBlock: Bool {
    switch self {
    case "\u{20D0}"..."\u{20FF}", "\u{1D100}"..."\u{1D1FF}", "\u{1D200}"..."\u{1D24F}": true
    case "\u{1100}"..."\u{11FF}", "\u{A960}"..."\u{A97F}", "\u{D7B0}"..."\u{D7FF}": true
    default: false
    }
  }

  /// Section 2.2: folding or normalization changes it.
  private var isUnstable: Bool {
    [self].foldedNFKC != [self]
  }
}
