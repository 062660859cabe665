/// Where a code point that is valid only in context may be (RFC 5892, appendix A).
enum ContextRules {
  /// ZERO WIDTH NON-JOINER and ZERO WIDTH JOINER: after a virama; the former also between joining letters.
  static func allowsJoiner(_ label: CodePoints, _ index: Int) -> Bool {
    if index > 0 && label[index - 1].isVirama { return true }
    guard label[index] == "\u{200C}" else { return false }
    let before = label[..<index].last { $0.joiningType != .transparent }?.joiningType
    let after = label[(index + 1)...].first { $0.joiningType != .transparent }?.joiningType
    return (before == .left || before == .dual) && (after == .right || after == .dual)
  }

  /// Punctuation between certain letters, and digits of one kind only.
  static func allowsOther(_ label: CodePoints, _ index: Int) -> Bool {
    let before = index > 0 ? label[index - 1] : nil
    let after = index + 1 < label.count ? label[index + 1] : nil
    return switch label[index] {
    case "·": before == "l" && after == "l"
    case "\u{375}": after?.isScript("Greek") ?? false
    case "\u{5F3}", "\u{5F4}": before?.isScript("Hebrew") ?? false
    case "\u{30FB}": label.contains { $0 != "\u{30FB}" && $0.isJapanese }
    case "\u{660}"..."\u{669}": !label.contains { ("\u{6F0}"..."\u{6F9}").contains($0) }
    case "\u{6F0}"..."\u{6F9}": !label.contains { ("\u{660}"..."\u{669}").contains($0) }
    default: false
    }
  }
}

extension CodePoint {
  fileprivate var isJapanese: Bool { isScript("Hiragana") || isScript("Katakana") || isScript("Han") }
}
