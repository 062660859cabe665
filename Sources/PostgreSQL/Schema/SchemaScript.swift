/// The statements that make a program's tables, such as schema.sql.
///
/// Each of them belongs to a table, and is executed only together with the one that makes the table: what a table is like
/// that exists already is its owner's affair. A statement is about the first of the script's tables that it names; one that
/// names none, such as `CREATE TYPE`, goes with the table that is made next.
///
/// It is what a fresh database gets. An older one is led to the same tables by ``Migrations``.
public struct SchemaScript: Sendable {
  /// What it is called in messages.
  let name: String
  let statements: [ScriptStatement]
  /// What is made, in the order of the script.
  let tables: [TableName]
  let columns: [DeclaredColumn]
  /// What the tables shall have only once.
  let keys: [UniqueKey]
  /// What leads here from the tables of older versions.
  let migrations: Migrations

  /// Takes the script apart. Its text comes from the program, never from outside.
  public init(_ text: String, name: String, migrations: Migrations = .none) {
    (self.name, self.migrations) = (name, migrations)
    var statements = ScriptStatement.all(in: text)
    let made = statements.map { TableName(madeBy: $0.tokens) }
    tables = made.compactMap { $0 }
    columns = statements.flatMap { DeclaredColumn.declared(by: $0.tokens, in: Array(text.utf8)) }
    keys = statements.flatMap { UniqueKey.declared(by: $0.tokens) }
    for index in statements.indices {
      let named = made[index] ?? statements[index].firstNamed(of: tables)
      let next = made[index...].lazy.compactMap { $0 }.first ?? tables.last
      statements[index].table = named ?? next
    }
    self.statements = statements
  }

  /// What makes these tables.
  func statements(for tables: [TableName]) -> [ScriptStatement] {
    statements.filter { statement in statement.table.map(tables.contains) ?? true }
  }

  /// What no database would help with.
  var faults: [Finding] { statements.compactMap { $0.fault(in: name) } + migrations.faults }
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
