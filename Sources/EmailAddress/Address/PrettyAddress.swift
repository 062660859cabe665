/// Pydantic's own steps, before email-validator sees the text.
extension CodePoints {
  private static let textLimit = 2048

  /// The address in `text`, without white space around it or a display name in front.
  init(reading text: String) throws(EmailAddressError) {
    // The bytes are counted already; counting code points takes time on a long text.
    guard text.utf8.count <= 4 * Self.textLimit, text.unicodeScalars.count <= Self.textLimit else {
      throw EmailAddressError("Length must not exceed \(Self.textLimit) characters")
    }
    let points = CodePoints(text)
    guard !points.contains("\r"), !points.contains("\n") else {
      throw EmailAddressError("Carriage return and line feed characters are not allowed")
    }
    self = Self(prettyAddress: points.trimmed)?.trimmed ?? points.trimmed
  }

  /// The address between the angle brackets of `Name <address>`; nil for any other text.
  ///
  /// Pydantic's expression is `\s*(?:NAME|"(ANY+)")?\s*<(ANY+)>\s*`, where NAME is words of `\w` and atom
  /// characters.
  private init?(prettyAddress text: CodePoints) {
    guard text.last == ">", let open = Self.openBracket(text), open + 2 < text.count else { return nil }
    self = Self(text[(open + 1)..<(text.count - 1)])
  }

  private static func openBracket(_ text: CodePoints) -> Int? {
    if text.first == "\"" { return openBracketAfterQuotes(text) }
    guard let open = text.firstIndex(of: "<") else { return nil }
    let isName = text[..<open].allSatisfy { $0.isWord || $0.isAtom || $0 == "." || $0.isWhiteSpace }
    return isName ? open : nil
  }

  /// The expression is greedy: the last bracket that follows a quote and still has an address after it.
  private static func openBracketAfterQuotes(_ text: CodePoints) -> Int? {
    text.indices.dropLast(2).last { index in
      guard text[index] == "<", let before = text[..<index].lastIndex(where: { !$0.isWhiteSpace }) else {
        return false
      }
      return text[before] == "\"" && before > 1
    }
  }
}
