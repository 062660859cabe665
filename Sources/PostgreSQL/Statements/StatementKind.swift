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
  /// Changes the connection for whoever has it next: settings, listening, names.
  case sessionControl

  /// Why it is not run; nil for what is.
  var refusal: String? {
    switch self {
    case .read, .sharedWrite, .write: nil
    case .transactionControl: "transactions begin and end with Session.transaction"
    case .sessionControl: "it would change a connection that others use too, which SET LOCAL does not"
    }
  }

  /// Goes by the text, and errs on the side of `write`: a function called by a SELECT can do anything, which only
  /// `SQL.writing` tells.
  init(of text: String) {
    let words = SQLWords(text)
    switch words.first {
    case "select", "values", "table", "show", "with": self = words.lockOrChange ? .write : .read
    case "set" where !["local", "constraints", "transaction"].contains(words.second): self = .sessionControl
    case "reset", "discard", "listen", "unlisten", "prepare", "deallocate", "load": self = .sessionControl
    case "begin", "start", "commit", "end", "rollback", "abort", "savepoint", "release": self = .transactionControl
    default: self = .write
    }
  }
}

/// What the unquoted words of a statement tell.
private struct SQLWords {
  private(set) var first: String?
  private(set) var second: String?
  /// It contains a word that changes data or locks rows, or might.
  private(set) var lockOrChange: Bool

  init(_ text: String) {
    // Whether it hides where a quoted text ends depends on the server's settings.
    lockOrChange = text.utf8.contains(UInt8(ascii: "\\"))
    var last = ""
    for token in SQLTokens(text) where token.kind == .word {
      let word = token.value
      if first == nil { first = word } else { second = second ?? word }
      let locks = last == "for" && ["update", "no", "key", "share"].contains(word)
      lockOrChange = lockOrChange || locks || ["insert", "update", "delete", "merge", "into"].contains(word)
      last = word
    }
  }
}
