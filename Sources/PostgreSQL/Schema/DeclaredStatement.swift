/// A statement of the program, for the check against the database's schema at the start.
public struct DeclaredStatement: Sendable {
  let name: String
  let sql: SQL
  /// What its rows become; nil: they are not decoded.
  let layout: RowLayout?
  /// The column that rows are looked up by, and the type of the keys.
  let key: LookupStatement?
  private(set) var isDispensable = false

  /// A statement whose rows become `Model`. The values in `sql` only serve for their types.
  public init<Model: Row>(_ name: String, _ sql: SQL, returns: Model.Type) {
    self.init(name, sql, Model.decoder.layout, key: nil)
  }

  /// A statement whose rows, if any, are not decoded.
  public init(_ name: String, _ sql: SQL) {
    self.init(name, sql, nil, key: nil)
  }

  /// The same statement, which the program can do without: what the database has against it is a warning, and no reason not
  /// to start.
  public var dispensable: DeclaredStatement {
    var copy = self
    copy.isDispensable = true
    return copy
  }

  init(_ name: String, _ sql: SQL, _ layout: RowLayout?, key: LookupStatement?) {
    (self.name, self.sql, self.layout, self.key) = (name, sql, layout, key)
  }
}

/// What the program's statements do with a table.
struct TableUse {
  let table: TableName
  var commands: Set<Command> = []
  /// The columns that every INSERT fills; nil where one has no list of columns, and so fills all.
  var filled: Set<String>?
  /// The columns that are written, by whatever statement.
  var written: Set<String> = []

  enum Command: String, CaseIterable {
    case insert, update, delete
  }
}

extension TableUse {
  /// What the statements do, together.
  static func all(in statements: [DeclaredStatement]) -> [TableUse] {
    var uses: [TableUse] = []
    for use in statements.flatMap({ TableUse.mentioned(in: Array(SQLTokens($0.sql.text))) }) {
      if let index = uses.firstIndex(where: { $0.table == use.table }) {
        uses[index].merge(use)
      } else {
        uses.append(use)
      }
    }
    return uses
  }

  private mutating func merge(_ other: TableUse) {
    if other.commands.contains(.insert) {
      filled = commands.contains(.insert) ? filled.flatMap { other.filled?.intersection($0) } : other.filled
    }
    commands.formUnion(other.commands)
    written.formUnion(other.written)
  }

  /// The tables that a statement names, from the words that stand before them.
  private static func mentioned(in tokens: [SQLTokens.Token]) -> [TableUse] {
    tokens.indices.compactMap { index in
      let before = index > 0 ? tokens[index - 1].value : ""
      var rest = tokens[(index + 1)...]
      if rest.first?.isWord("only") == true { rest = rest.dropFirst() }
      guard tokens[index].kind == .word, let table = TableName(at: rest) else { return nil }
      let behind = rest.dropFirst(table.schema == nil ? 1 : 3)
      switch tokens[index].value {
      case "into" where before == "insert": return inserting(into: table, behind)
      case "update" where !["for", "do", "key", "no"].contains(before): return updating(table, behind)
      case "from" where before == "delete": return TableUse(table: table, commands: [.delete])
      case "from", "join": return TableUse(table: table)
      default: return nil
      }
    }
  }

  private static func inserting(into table: TableName, _ tokens: ArraySlice<SQLTokens.Token>) -> TableUse {
    guard tokens.first?.isSymbol("(") == true else { return TableUse(table: table, commands: [.insert]) }
    let columns = Set(SQLTokens.elements(tokens).compactMap { $0.first?.name })
    return TableUse(table: table, commands: [.insert], filled: columns, written: columns)
  }

  /// A column is what stands before `=` and behind SET or a comma.
  private static func updating(_ table: TableName, _ tokens: ArraySlice<SQLTokens.Token>) -> TableUse {
    let list = tokens.drop { !$0.isWord("set") }.prefix { !$0.isWord("where") && !$0.isWord("returning") }
    let columns = list.indices.dropFirst().dropLast().filter { index in
      list[index + 1].isSymbol("=") && (list[index - 1].isWord("set") || list[index - 1].isSymbol(","))
    }
    return TableUse(table: table, commands: [.update], written: Set(columns.compactMap { list[$0].name }))
  }
}
