internal import CPostgreSQL
internal import EventLoop

/// A statement's text, built once per process, and what follows from it.
package final class Statement: Sendable {
  package let text: String
  let kind: StatementKind
  /// Whether it may be sent a second time while the first is on its way; see ``SQLTokens/callOnlyKnownFunctions(_:)``.
  let mayRunTwice: Bool
  /// Its place among the prepared statements of every connection; nil: it is sent unnamed, parsed each time.
  let number: Int?
  let since = MonotonicTime.now()

  /// Terminated by NUL, as libpq wants them.
  let textBytes: ContiguousArray<CChar>
  let nameBytes: ContiguousArray<CChar>
  let types: [Oid]

  init(_ sql: SQL, number: Int?) {
    text = sql.text
    kind =
      switch sql.effect {
      case .writing: .write
      case .sharingCommit: .sharedWrite
      case nil: StatementKind(of: text)
      }
    mayRunTwice = kind == .read && SQLTokens.callOnlyKnownFunctions(text)
    self.number = number
    textBytes = text.utf8CString
    types = sql.parameterTypes.map { $0.oid }
    nameBytes = number == nil ? [0] : Self.name(text, types).utf8CString
  }

  /// What it is called on the server: made of what it is. Behind some poolers several programs, or versions of one, share
  /// the server's names, and none may execute another's statement under its own. Nobody outside of the program has an
  /// influence on it.
  static func name(_ text: String, _ types: [Oid]) -> String {
    var hash = FNV1a()
    hash.mix(text)
    for type in types { withUnsafeBytes(of: type.littleEndian) { $0.forEach { hash.mix($0) } } }
    return "sql_\(hash.text)"
  }

  static let begin = Statement("BEGIN", number: nil)
  static let commit = Statement("COMMIT", number: nil)
  static let rollback = Statement("ROLLBACK", number: nil)
  /// For this transaction. A commit takes a few milliseconds, and so does waiting for another group's.
  static let limitLockWaits = Statement(
    "SELECT set_config('lock_timeout', '50ms', true)", number: StatementCache.capacity)
}

/// The statements of the program, found by their literals' addresses. Bounded: further ones are built and sent unnamed
/// each time. As texts only come from literals, only names from `\(identifier:)` and spliced conditions get there.
package struct StatementCache {
  static let capacity = 256
  private var statements: [StatementKey: Statement] = [:]
  /// By name: one text from two places of the program, or with a hint and without, is one to the server.
  private var numbers: [String: Int] = [:]
  private let areNamed: Bool
  /// How often a statement was asked for that it had no room for.
  private(set) var overflow = 0

  package init(areNamed: Bool) {
    self.areNamed = areNamed
  }

  /// The statement, and whether it was built for this call.
  package mutating func statement(for sql: SQL) -> (Statement, isNew: Bool) {
    let key = StatementKey(sql)
    if let statement = statements[key] { return (statement, false) }
    let hasRoom = statements.count < Self.capacity
    let statement = Statement(sql, number: areNamed && hasRoom ? number(for: sql) : nil)
    if hasRoom { statements[key] = statement } else { overflow += 1 }
    return (statement, true)
  }

  private mutating func number(for sql: SQL) -> Int {
    let name = Statement.name(sql.text, sql.parameterTypes.map(\.oid))
    let number = numbers[name] ?? numbers.count
    numbers[name] = number
    return number
  }
}
