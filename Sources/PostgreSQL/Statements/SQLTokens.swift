/// The tokens of a text in SQL, without its spaces and comments (PostgreSQL's documentation, "Lexical Structure").
struct SQLTokens: Sequence, IteratorProtocol {
  struct Token {
    enum Kind {
      /// A keyword, a name without quotes, or a number.
      case word
      /// A name in quotes.
      case quotedName
      /// A text in quotes or between dollars, or the number of a value (`$1`).
      case text
      /// One character of anything else.
      case symbol
    }

    let kind: Kind
    /// Where it is in the text's UTF-8.
    let bytes: Range<Int>
    /// A word in lower case; a name without its quotes; a symbol as it is.
    let value: String

    /// What it is called, if it may be a name.
    var name: String? { kind == .word || kind == .quotedName ? value : nil }

    func isWord(_ word: String) -> Bool { kind == .word && value == word }
    func isSymbol(_ symbol: String) -> Bool { kind == .symbol && value == symbol }
  }

  private let text: [UInt8]
  private var position = 0

  init(_ text: String) {
    self.text = Array(text.utf8)
  }

  mutating func next() -> Token? {
    skipSpace()
    guard let byte = peek() else { return nil }
    let start = position
    switch byte {
    case UInt8(ascii: "'"): skipQuoted(byte, escapes: false)
    case UInt8(ascii: "E") where peek(1) == UInt8(ascii: "'"), UInt8(ascii: "e") where peek(1) == UInt8(ascii: "'"):
      position += 1
      skipQuoted(UInt8(ascii: "'"), escapes: true)
    case UInt8(ascii: "\""):
      skipQuoted(byte, escapes: false)
      return Token(kind: .quotedName, bytes: start..<position, value: unquoted(start..<position))
    case UInt8(ascii: "$"): skipDollar()
    case _ where Self.isWord(byte):
      while let byte = peek(), Self.isWord(byte) || byte == UInt8(ascii: "$") { position += 1 }
      return Token(kind: .word, bytes: start..<position, value: string(start..<position).lowercased())
    default:
      position += 1
      return Token(kind: .symbol, bytes: start..<position, value: string(start..<position))
    }
    return Token(kind: .text, bytes: start..<position, value: string(start..<position))
  }

  private func string(_ range: Range<Int>) -> String { String(decoding: text[range], as: UTF8.self) }

  /// Without the quotes around it, those inside once.
  private func unquoted(_ range: Range<Int>) -> String {
    string(range).dropFirst().dropLast().split(separator: "\"\"", omittingEmptySubsequences: false)
      .joined(separator: "\"")
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    position + offset < text.count ? text[position + offset] : nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
  }

  private mutating func skipSpace() {
    while let byte = peek() {
      switch byte {
      case 0x09...0x0D, 0x20: position += 1
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"):
        while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): skipComment()
      default: return
      }
    }
  }

  /// Comments of this kind nest.
  private mutating func skipComment() {
    var depth = 0
    while let byte = peek() {
      switch (byte, peek(1)) {
      case (UInt8(ascii: "/"), UInt8(ascii: "*")): depth += 1
      case (UInt8(ascii: "*"), UInt8(ascii: "/")): depth -= 1
      default:
        position += 1
        continue
      }
      position += 2
      if depth == 0 { return }
    }
  }

  /// A quote inside is doubled, or behind a backslash in a text that has escapes.
  private mutating func skipQuoted(_ quote: UInt8, escapes: Bool) {
    position += 1
    while let byte = peek() {
      position += 1
      if escapes, byte == UInt8(ascii: "\\") { position = Swift.min(position + 1, text.count) }
      guard byte == quote else { continue }
      guard peek() == quote else { return }
      position += 1
    }
  }

  /// `$1`, or a text between `$tag$` and `$tag$`.
  private mutating func skipDollar() {
    let start = position
    position += 1
    while let byte = peek(), Self.isWord(byte) { position += 1 }
    guard peek() == UInt8(ascii: "$") else { return }
    position += 1
    let tag = text[start..<position]
    while position < text.count, !text[position...].starts(with: tag) { position += 1 }
    position = Swift.min(position + tag.count, text.count)
  }
}
