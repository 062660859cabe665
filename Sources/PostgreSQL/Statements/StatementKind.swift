/// What may be done with a statement that its text tells.
enum StatementKind: Hashable, Sendable {
  /// Changes nothing: may be run again after a lost connection, and together with other reads.
  case read
  /// Adds or changes single rows: several may share a transaction, and so a commit.
  case sharedWrite
  /// Anything else.
  case write
  /// Begins or ends a transaction, which is `Session.transaction`'s to do.
  case transactionControl

  /// Errs on the side of `write`: a function called by a SELECT can do anything, which only `SQL.writing` tells.
  init(of text: String) {
    let words = SQLWords(text)
    switch words.first {
    case "select", "values", "table", "show", "with": self = words.lockOrChange ? .write : .read
    case "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release": self = .transactionControl
    case "insert": self = words.isPlainInsert ? .sharedWrite : .write
    default: self = .write
    }
  }
}

/// The unquoted words of a statement, in lower case (PostgreSQL's documentation, "Lexical Structure").
private struct SQLWords {
  private(set) var first: String?
  /// It contains a word that changes data or locks rows, or might.
  private(set) var lockOrChange = false
  /// It inserts nothing but values: no rows of a query, which could do anything, and nothing instead on a conflict.
  private(set) var isPlainInsert: Bool

  private let text: [UInt8]
  private var position = 0

  init(_ text: String) {
    self.text = Array(text.utf8)
    lockOrChange = text.utf8.contains(UInt8(ascii: "\\"))  // in an E'' string it could hide where the string ends
    isPlainInsert = !lockOrChange
    var last = ""
    while let word = next() {
      first = first ?? word
      isPlainInsert = isPlainInsert && !["select", "with", "table", "conflict"].contains(word)
      let locks = last == "for" && ["update", "no", "key", "share"].contains(word)
      lockOrChange = lockOrChange || locks || ["insert", "update", "delete", "merge", "into"].contains(word)
      last = word
    }
  }

  private func peek(_ offset: Int = 0) -> UInt8? {
    position + offset < text.count ? text[position + offset] : nil
  }

  private mutating func next() -> String? {
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "'"), UInt8(ascii: "\""): skipQuoted(byte)
      case UInt8(ascii: "-") where peek(1) == UInt8(ascii: "-"): skipLine()
      case UInt8(ascii: "/") where peek(1) == UInt8(ascii: "*"): skipComment()
      case UInt8(ascii: "$"): skipDollar()
      case _ where Self.isWord(byte): return word()
      default: position += 1
      }
    }
    return nil
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "_") || byte >= 0x80 || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & 0xDF)
  }

  private mutating func word() -> String {
    let start = position
    while let byte = peek(), Self.isWord(byte) || byte == UInt8(ascii: "$") { position += 1 }
    return String(decoding: text[start..<position], as: UTF8.self).lowercased()
  }

  /// A doubled quote inside ends one part and begins the next, which is as good.
  private mutating func skipQuoted(_ quote: UInt8) {
    position += 1
    while let byte = peek() {
      position += 1
      if byte == quote { return }
    }
  }

  private mutating func skipLine() {
    while let byte = peek(), byte != UInt8(ascii: "\n") { position += 1 }
  }

  private mutating func skipComment() {
    var depth = 0
    while peek() != nil {
      if peek() == UInt8(ascii: "/"), peek(1) == UInt8(ascii: "*") {
        depth += 1
        position += 2
      } else if peek() == UInt8(ascii: "*"), peek(1) == UInt8(ascii: "/") {
        depth -= 1
        position += 2
        if depth == 0 { return }
      } else {
        position += 1
      }
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
    position = min(position + tag.count, text.count)
  }
}
