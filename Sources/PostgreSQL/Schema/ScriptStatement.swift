/// A statement of a script.
struct ScriptStatement: Sendable {
  /// Where it begins, counted from 1.
  let line: Int
  let text: String
  let tokens: [SQLTokens.Token]
  /// The table that it belongs to; nil only in a script that makes none.
  var table: TableName?

  /// The first of these tables that it names.
  func firstNamed(of tables: [TableName]) -> TableName? {
    for token in tokens {
      if let name = token.name, let table = tables.first(where: { $0.name == name }) { return table }
    }
    return nil
  }

  /// The line that an error is about, as near as the server tells.
  func line(of error: ServerError) -> Int {
    guard let position = error.position, position > 0 else { return line }
    return line + text.unicodeScalars.prefix(position - 1).count { $0 == "\n" }
  }

  /// Why no script may have it: whoever executes a script begins and ends its transactions, and knows by what the server
  /// answers how far it has come.
  func fault(in script: String) -> Finding? {
    let word = tokens.first?.value.uppercased() ?? ""
    let endsTransaction = word == "PREPARE" && tokens.dropFirst().first?.isWord("transaction") == true
    if endsTransaction || StatementKind(of: text) == .transactionControl {
      return Finding(
        .refusal, "\(script), line \(line)", "\(word) has no place in it",
        so: "transactions are begun and ended by whoever executes it")
    }
    guard word == "COPY", tokens.contains(where: { $0.isWord("stdin") || $0.isWord("stdout") }) else { return nil }
    return Finding(
      .refusal, "\(script), line \(line)", "COPY has no place in it", so: "INSERT … VALUES adds rows")
  }
}

extension ScriptStatement {
  /// Statements end with a semicolon, but for those in brackets (`CREATE RULE`) and in the body of a function.
  static func all(in text: String) -> [ScriptStatement] {
    let bytes = Array(text.utf8)
    var (statements, tokens, depth): ([ScriptStatement], [SQLTokens.Token], Int) = ([], [], 0)
    func finish() {
      guard let start = tokens.first?.bytes.lowerBound, let end = tokens.last?.bytes.upperBound else { return }
      let line = 1 + bytes[..<start].count { $0 == UInt8(ascii: "\n") }
      let text = String(decoding: bytes[start..<end], as: UTF8.self)
      statements.append(ScriptStatement(line: line, text: text, tokens: tokens))
      (tokens, depth) = ([], 0)
    }
    for token in SQLTokens(text) {
      if depth == 0, token.isSymbol(";") {
        finish()
      } else {
        tokens.append(token)
        depth += nesting(of: token, in: tokens)
      }
    }
    finish()
    return statements
  }

  /// What a token opens (1) or closes (-1): brackets, and the words of `BEGIN ATOMIC … END`, which only functions have.
  private static func nesting(of token: SQLTokens.Token, in tokens: [SQLTokens.Token]) -> Int {
    if token.kind == .symbol { return token.value == "(" ? 1 : token.value == ")" ? -1 : 0 }
    guard token.kind == .word, tokens.first?.isWord("create") == true,
      tokens.prefix(4).contains(where: { $0.isWord("function") || $0.isWord("procedure") })
    else { return 0 }
    let isInBody = tokens.contains { $0.isWord("atomic") }
    switch token.value {
    case "atomic": return 1
    case "case" where isInBody: return 1
    case "end" where isInBody: return -1
    default: return 0
    }
  }
}
