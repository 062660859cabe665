/// The numbered changes that lead the tables of older versions to what a ``SchemaScript`` describes.
///
/// Each is a file, `0001-users-phone.sql`, and is applied once, in the order of the numbers. A fresh database, which gets its
/// tables from the script, has them all. What has been applied is recorded in a table, made when there is something to
/// record.
public struct Migrations: Sendable {
  /// The table in which they are recorded, beside the tables that they change.
  let table: String
  /// In their order.
  let all: [Migration]
  /// What is wrong with the files.
  let faults: [Finding]

  /// None, and nothing recorded.
  public static let none = Migrations([], recordedIn: "schema_migrations")

  /// `files` come from the program, never from outside: their names, `0001-users-phone.sql`, with numbers from 1 without a
  /// gap, and their texts. What is wrong with them is found when the database is looked at.
  public init(_ files: [(name: String, text: String)], recordedIn table: String) {
    self.table = table
    let migrations = files.map { ($0.name, Migration($0.name, $0.text)) }
    all = migrations.compactMap { $0.1 }.sorted { ($0.number, $0.name) < ($1.number, $1.name) }
    let misnamed = migrations.filter { $0.1 == nil }.map { name, _ in
      Finding(.refusal, name, "a migration has a name like 0001-users-phone.sql")
    }
    let misnumbered = all.enumerated().first { $0.element.number != $0.offset + 1 }.map { index, migration in
      Finding(
        .refusal, migration.name, "its number is to be \(index + 1)", so: "they are numbered from 1, without a gap")
    }
    faults = misnamed + (misnumbered.map { [$0] } ?? []) + all.flatMap(\.faults)
  }
}

/// One of them.
struct Migration: Sendable {
  let number: Int
  /// `0001-users-phone.sql`
  let name: String
  let statements: [ScriptStatement]
  /// It is applied as a whole or not at all; else it is one statement that no transaction may hold, or that takes long.
  let isTransactional: Bool
  /// What it is known by: of its tokens, so that comments and spaces may change.
  let checksum: String

  /// What takes a migration out of its transaction: a comment line before the statement.
  static let directive = "-- outside a transaction"

  /// nil where the name has no number.
  init?(_ name: String, _ text: String) {
    let digits = name.prefix { $0.isASCII && $0.isNumber }
    guard name.hasSuffix(".sql"), name.dropFirst(digits.count).hasPrefix("-"), let number = Int(digits) else {
      return nil
    }
    (self.number, self.name) = (number, name)
    statements = ScriptStatement.all(in: text)
    let lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
    let head = lines.prefix((statements.first?.line ?? 1) - 1)
    isTransactional = !head.contains { Substring($0).trimmed() == Self.directive }
    var hash = FNV1a()
    for token in SQLTokens(text) where !token.isSymbol(";") {
      hash.mix(token.kind == .quotedName ? "\"\(token.value)\"" : token.value)
      hash.mix(0)
    }
    checksum = hash.text
  }

  /// What is to be executed in a database that has none of `missing`: all but changes of these, since the script makes them as
  /// they are now. What puts rows into one of them, or makes it, is none of that.
  func statements(without missing: [TableName]) -> [ScriptStatement] {
    var missing = missing
    return statements.filter { statement in
      if let made = TableName(madeBy: statement.tokens) { missing.removeAll { $0.name == made.name } }
      return !statement.isChange || !statement.changes(oneOf: missing)
    }
  }
}

extension Migration {
  fileprivate var faults: [Finding] {
    let unfit = statements.compactMap { $0.fault(in: name) }
    if statements.isEmpty { return [Finding(.refusal, name, "it has no statement")] }
    guard !isTransactional else { return unfit }
    if statements.count > 1 {
      return unfit + [
        Finding(
          .refusal, name, "it has \(statements.count) statements, and is applied outside a transaction",
          so: "of one statement it is known whether it was executed; each gets a file of its own")
      ]
    }
    guard statements[0].isConcurrentIndex, ConcurrentIndex(statements[0].tokens) == nil else { return unfit }
    return unfit + [
      Finding(
        .refusal, name, "its index has no name", so: "what a failure leaves behind is found by the name")
    ]
  }
}

extension ScriptStatement {
  private static let changes: Set = [
    "alter", "create", "drop", "comment", "grant", "revoke", "update", "delete", "truncate", "reindex", "cluster",
    "vacuum", "analyze",
  ]

  /// Whether it is one of these that it changes: others that it names, as a key's, have to be there.
  fileprivate func changes(oneOf tables: [TableName]) -> Bool {
    let others: Set = ["as", "references", "set", "using", "where"]
    return tokens.prefix { $0.kind != .word || !others.contains($0.value) }.contains { token in
      tables.contains { $0.name == token.name }
    }
  }

  /// It is about a table that is there.
  fileprivate var isChange: Bool { tokens.first.map { $0.kind == .word && Self.changes.contains($0.value) } ?? false }

  fileprivate var isConcurrentIndex: Bool {
    tokens.first?.isWord("create") == true && tokens.contains { $0.isWord("concurrently") }
  }
}
