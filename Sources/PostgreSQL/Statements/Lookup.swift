internal import EventLoop

/// How rows are found by a key: one statement for any number of keys.
///
/// ```swift
/// static let byID = Lookup<Int32, User>("id") { "SELECT \(User.columns) FROM users WHERE id = ANY(\($0))" }
/// let user = try await session.find(7, by: byID)
///
/// static let byGroup = Lookup<Int32, Member>("group_id") {
///   "SELECT \(Member.columns) FROM members WHERE group_id = ANY(\($0)) ORDER BY id"
/// }
/// let members = try await session.findAll(3, by: byGroup)
/// ```
///
/// What is looked up at the same moment is asked for in one statement (see `LookupBatch`), which costs the server and
/// this process a fraction of as many statements.
public struct Lookup<Key: LookupKey, Model: Row>: Sendable {
  let statement: LookupStatement

  /// A lookup by `column`, which must be among those of the result, be of the key's type, for `find` be unique, and of a text
  /// have a deterministic collation, as all are that nobody has made otherwise: a row that equals a key by other bytes is not
  /// found. The statement finds what equals its keys, and depends on nothing else: it is made a few times, and serves with other
  /// keys after that.
  public init(_ column: String, _ sql: @escaping @Sendable (LookupKeys) -> SQL) {
    statement = LookupStatement(column, Key.postgreSQLType, sql)
  }
}

/// A type of keys. Two that are equal have the same bytes, by which rows and keys find each other.
public protocol LookupKey: PostgreSQLEncodable {}

extension Int16: LookupKey {}
extension Int32: LookupKey {}
extension Int64: LookupKey {}
extension Int: LookupKey {}
extension String: LookupKey {}
extension UUID: LookupKey {}

extension Session {
  /// The row that has this key; nil if there is none. Outside of a transaction, lookups of the same moment share a
  /// statement; each gets its own answer, and an error reaches only the one that it concerns.
  public func find<Key, Model>(_ key: Key, by lookup: Lookup<Key, Model>) async throws(DatabaseError) -> Model? {
    guard transaction == nil else { return try await first(lookup.statement.sql(key)) }
    let since = EventLoop.main.now
    let answer: LookupBatch.Answer = await withUnsafeContinuation { continuation in
      pool.batch(of: lookup.statement).add(.row, continuation) { key.encode(into: &$0) }
    }
    answer.transit.note(since: since)
    switch answer.outcome {
    case .row(let result, let index):
      var reader = RowReader(result, row: index)
      return try reader.model(Model.decoder)
    case .rows, .nothing: return nil
    case .failure(let error): throw error
    }
  }

  /// All rows that have this key, in the order of the statement; none if there are none. They share statements as those of
  /// `find` do, with so many keys that an answer is expected to have 256 KiB at most. What a single key may have of rows, the
  /// statement has to limit.
  public func findAll<Key, Model>(
    _ key: Key, by lookup: Lookup<Key, Model>
  ) async throws(DatabaseError) -> [Model] {
    guard transaction == nil else { return try await all(lookup.statement.sql(key)) }
    let since = EventLoop.main.now
    let answer: LookupBatch.Answer = await withUnsafeContinuation { continuation in
      pool.batch(of: lookup.statement).add(.rows, continuation) { key.encode(into: &$0) }
    }
    answer.transit.note(since: since)
    switch answer.outcome {
    case .rows(let result, let rows):
      var reader = RowReader(result)
      return try reader.models(Model.decoder, at: rows)
    case .row, .nothing: return []
    case .failure(let error): throw error
    }
  }
}

extension DeclaredStatement {
  /// A lookup.
  public init<Key, Model>(_ name: String, _ lookup: Lookup<Key, Model>) {
    let statement = lookup.statement
    self.init(name, statement.sql(LookupKeys(of: statement.type)), Model.decoder.layout, key: statement)
  }
}

/// A lookup's statement, whatever its rows become.
package final class LookupStatement: Sendable {
  let column: String
  let type: PostgreSQLType
  private let make: @Sendable (LookupKeys) -> SQL

  init(_ column: String, _ type: PostgreSQLType, _ make: @escaping @Sendable (LookupKeys) -> SQL) {
    (self.column, self.type, self.make) = (column, type, make)
  }

  func sql(_ keys: LookupKeys) -> SQL { make(keys) }

  func sql(_ key: some LookupKey) -> SQL {
    var keys = LookupKeys(of: type)
    keys.append { key.encode(into: &$0) }
    return sql(keys)
  }
}

/// Keys of one statement: to it, an array.
public struct LookupKeys: Sendable {
  let type: PostgreSQLType
  var arrayType: PostgreSQLType { type.array ?? type }
  private(set) var count = 0
  /// Each key's length and bytes, as an array has them.
  private(set) var elements = ParameterBuffer()

  init(of type: PostgreSQLType) {
    self.type = type
  }

  /// Where a key's bytes are among `elements`, and the first of them, which tell most keys apart.
  struct Position {
    let bytes: Range<Int>
    let prefix: UInt64
  }

  @discardableResult mutating func append(_ encode: (inout ParameterBuffer) -> Void) -> Position {
    let start = elements.bytes.count
    elements.appendCounted(encode)
    count += 1
    return position(ofElementAt: start)
  }

  private func position(ofElementAt start: Int) -> Position {
    let bytes = start + 4..<elements.bytes.count
    return Position(bytes: bytes, prefix: elements.bytes[bytes].withUnsafeBytes { Self.prefix(of: $0) })
  }

  /// Up to eight bytes of a key as a number.
  @inline(__always) static func prefix(of key: UnsafeRawBufferPointer) -> UInt64 {
    switch key.count {
    case 4: UInt64(key.loadUnaligned(as: UInt32.self))
    case 8...: key.loadUnaligned(as: UInt64.self)
    default: key.reduce(0) { $0 << 8 | UInt64($1) }
    }
  }

  /// Whether the key at `position` has these bytes.
  func holds(_ key: UnsafeRawBufferPointer, at position: Position) -> Bool {
    elements.bytes[position.bytes].elementsEqual(key)
  }

  /// One of the keys, and where it is then.
  func only(_ position: Position) -> (LookupKeys, Position) {
    var keys = LookupKeys(of: type)
    keys.elements.append(Array(elements.bytes[position.bytes.lowerBound - 4..<position.bytes.upperBound]))
    keys.count = 1
    return (keys, keys.position(ofElementAt: 0))
  }
}
