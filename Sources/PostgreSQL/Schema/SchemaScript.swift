/// The statements that make a program's tables, such as schema.sql.
///
/// Each of them belongs to a table, and is executed only together with the one that makes the table: what a table is like
/// that exists already is its owner's affair. A statement is about the first of the script's tables that it names; one that
/// names none, such as `CREATE TYPE`, goes with the table that is made next.
public struct SchemaScript: Sendable {
  struct Statement: Sendable {
    /// Where it begins, counted from 1.
    let line: Int
    let text: String
    /// The table that it belongs to; nil only in a script that makes none.
    let table: TableName?
  }

  /// What it is called in messages.
  let name: String
  let statements: [Statement]
  /// What is made, in the order of the script.
  let tables: [TableName]
  let columns: [DeclaredColumn]
  /// What the tables shall have only once.
  let keys: [UniqueKey]

  /// Takes the script apart. Its text comes from the program, never from outside.
  public init(_ text: String, name: String) {
    self.name = name
    let pieces = Self.split(text)
    let made = pieces.map { TableName(madeBy: $0.tokens) }
    tables = made.compactMap { $0 }
    columns = pieces.flatMap { DeclaredColumn.declared(by: $0.tokens, in: Array(text.utf8)) }
    keys = pieces.flatMap { UniqueKey.declared(by: $0.tokens) }
    statements = pieces.indices.map { index in
      let named = made[index] ?? pieces[index].firstNamed(of: made.compactMap { $0 })
      let next = made[index...].lazy.compactMap { $0 }.first ?? made.lazy.compactMap { $0 }.last
      return Statement(line: pieces[index].line, text: pieces[index].text, table: named ?? next)
    }
  }

  /// What makes these tables.
  func statements(for tables: [TableName]) -> [Statement] {
    statements.filter { statement in statement.table.map(tables.contains) ?? true }
  }
}

/// A table's name, as a statement has it.
struct TableName: Hashable, Sendable {
  /// nil: where the search path finds it.
  let schema: String?
  let name: String
}

extension TableName: CustomStringConvertible {
  /// `users`, `app.users`.
  var description: String { schema.map { "\($0).\(name)" } ?? name }
}

extension TableName {
  private static let modifiers: Set = [
    "or", "replace", "global", "local", "temp", "temporary", "unlogged", "foreign", "materialized", "recursive",
  ]

  /// What `CREATE TABLE`, or a view, is about to make; nil for other statements.
  init?(madeBy tokens: [SQLTokens.Token]) {
    guard tokens.first?.isWord("create") == true else { return nil }
    var rest = tokens.dropFirst().drop { $0.kind == .word && Self.modifiers.contains($0.value) }
    guard let kind = rest.popFirst(), kind.isWord("table") || kind.isWord("view") else { return nil }
    if rest.first?.isWord("if") == true { rest = rest.dropFirst(3) }
    self.init(at: rest)
  }

  /// The name with which the tokens begin.
  init?(at tokens: ArraySlice<SQLTokens.Token>) {
    var tokens = tokens
    guard let first = tokens.popFirst()?.name else { return nil }
    let second = tokens.first?.isSymbol(".") == true ? tokens.dropFirst().first?.name : nil
    self.init(schema: second == nil ? nil : first, name: second ?? first)
  }
}

extension SchemaScript {
  /// A statement of the text.
  fileprivate struct Piece {
    let line: Int
    let text: String
    let tokens: [SQLTokens.Token]

    func firstNamed(of tables: [TableName]) -> TableName? {
      for token in tokens {
        if let name = token.name, let table = tables.first(where: { $0.name == name }) { return table }
      }
      return nil
    }
  }

  /// Statements end with a semicolon, but for those in brackets (`CREATE RULE`) and in the body of a function.
  private static func split(_ text: String) -> [Piece] {
    let bytes = Array(text.utf8)
    var (pieces, tokens, depth): ([Piece], [SQLTokens.Token], Int) = ([], [], 0)
    func finish() {
      guard let start = tokens.first?.bytes.lowerBound, let end = tokens.last?.bytes.upperBound else { return }
      let line = 1 + bytes[..<start].count { $0 == UInt8(ascii: "\n") }
      pieces.append(Piece(line: line, text: String(decoding: bytes[start..<end], as: UTF8.self), tokens: tokens))
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
    return pieces
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
