/// What may be done with a statement.
enum StatementKind: Hashable, Sendable {
  /// Changes nothing: may be run again after a lost connection, and together with other reads.
  case read
  /// Several may share a transaction, and so a commit. No text tells that: see `SQL.sharingCommit`.
  case sharedWrite
  /// Anything else.
  case write
  /// Begins or ends a transaction, which is `Session.transaction`'s to do.
  case transactionControl

  /// Goes by the text, and errs on the side of `write`: a function called by a SELECT can do anything, which only
  /// `SQL.writing` tells.
  init(of text: String) {
    let words = SQLWords(text)
    switch words.first {
    case "select", "values", "table", "show", "with": self = words.lockOrChange ? .write : .read
    case "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release": self = .transactionControl
    default: self = .write
    }
  }
}

/// What the unquoted words of a statement tell.
private struct SQLWords {
  private(set) var first: String?
  /// It contains a word that changes data or locks rows, or might.
  private(set) var lockOrChange: Bool

  init(_ text: String) {
    // Whether it hides where a quoted text ends depends on the server's settings.
    lockOrChange = text.utf8.contains(UInt8(ascii: "\\"))
    var last = ""
    for token in SQLTokens(text) where token.kind == .word {
      let word = token.value
      first = first ?? word
      let locks = last == "for" && ["update", "no", "key", "share"].contains(word)
      lockOrChange = lockOrChange || locks || ["insert", "update", "delete", "merge", "into"].contains(word)
      last = word
    }
  }
}
