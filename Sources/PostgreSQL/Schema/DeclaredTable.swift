/// Columns of a table that no two rows may have in common, as a script declares them.
struct UniqueKey: Hashable, Sendable {
  let table: TableName
  let columns: [String]
  /// What the index is called; nil: PostgreSQL chooses.
  let index: String?
}

/// A column as a script declares it.
struct DeclaredColumn: Hashable, Sendable {
  let table: TableName
  let name: String
  /// `email varchar NOT NULL`
  let definition: String
  let isRequired: Bool
}

extension SQLTokens {
  /// What stands between commas in the brackets with which the tokens begin.
  static func elements(_ tokens: ArraySlice<Token>) -> [[Token]] {
    var elements: [[Token]] = [[]]
    var depth = 0
    for token in tokens {
      if token.isSymbol(")") { depth -= 1 }
      if depth == 0, !token.isSymbol("(") { break }
      if depth == 1, token.isSymbol(",") {
        elements.append([])
      } else if depth > 0 {
        elements[elements.count - 1].append(token)
      }
      if token.isSymbol("(") { depth += 1 }
    }
    return elements
  }
}

extension DeclaredColumn {
  private static let others: Set = ["constraint", "unique", "primary", "check", "exclude", "foreign", "like"]

  /// The columns of `CREATE TABLE`, whose text is `text`; none of other statements.
  static func declared(by tokens: [SQLTokens.Token], in text: [UInt8]) -> [DeclaredColumn] {
    guard let table = TableName(madeBy: tokens), let open = tokens.firstIndex(where: { $0.isSymbol("(") }) else {
      return []
    }
    return SQLTokens.elements(tokens[open...]).compactMap { element in
      guard let first = element.first, let name = first.name, let last = element.last,
        first.kind == .quotedName || !others.contains(name)
      else { return nil }
      let words = element.map { $0.kind == .word ? $0.value : "" }
      let isRequired = zip(words, words.dropFirst()).contains { ["not null", "primary key"].contains("\($0) \($1)") }
      let definition = String(decoding: text[first.bytes.lowerBound..<last.bytes.upperBound], as: UTF8.self)
      return DeclaredColumn(table: table, name: name, definition: definition, isRequired: isRequired)
    }
  }
}

extension UniqueKey {
  /// The keys of a statement: those of `CREATE TABLE`, or of `CREATE UNIQUE INDEX` on columns. What is unique only of
  /// some rows, or as the result of an expression, is none.
  static func declared(by tokens: [SQLTokens.Token]) -> [UniqueKey] {
    guard let table = TableName(madeBy: tokens) else { return index(tokens).map { [$0] } ?? [] }
    guard let open = tokens.firstIndex(where: { $0.isSymbol("(") }) else { return [] }
    return SQLTokens.elements(tokens[open...]).compactMap { element in
      columns(ofElement: element).map { UniqueKey(table: table, columns: $0, index: nil) }
    }
  }

  /// `CREATE UNIQUE INDEX IF NOT EXISTS name ON table (column, …)`.
  private static func index(_ tokens: [SQLTokens.Token]) -> UniqueKey? {
    guard tokens.count > 2, tokens[0].isWord("create"), tokens[1].isWord("unique"), tokens[2].isWord("index"),
      let on = tokens.firstIndex(where: { $0.isWord("on") }), !tokens.contains(where: { $0.isWord("where") }),
      let open = tokens.firstIndex(where: { $0.isSymbol("(") }), open > on
    else { return nil }
    let target = tokens[(on + 1)...]
    let table = TableName(at: target.first?.isWord("only") == true ? target.dropFirst() : target)
    let columns = SQLTokens.elements(tokens[open...]).map { $0.count == 1 ? $0.first?.name : nil }
    let name = tokens[3..<on].last { !["concurrently", "exists"].contains($0.value) }?.name
    guard let table, !columns.isEmpty, !columns.contains(nil) else { return nil }
    return UniqueKey(table: table, columns: columns.compactMap { $0 }, index: name)
  }

  /// `email varchar UNIQUE`, `UNIQUE (a, b)`, `CONSTRAINT c PRIMARY KEY (id)`.
  private static func columns(ofElement element: [SQLTokens.Token]) -> [String]? {
    let rest = element.first?.isWord("constraint") == true ? element.dropFirst(2) : element[...]
    let isKey = { (token: SQLTokens.Token) in token.isWord("unique") || token.isWord("primary") }
    guard let first = rest.first else { return nil }
    if isKey(first) {
      let open = rest.firstIndex { $0.isSymbol("(") }
      return open.map { SQLTokens.elements(rest[$0...]).compactMap { $0.first?.name } }
    }
    return rest.contains(where: isKey) ? first.name.map { [$0] } : nil
  }
}
