/// A statement, written as a string literal whose interpolations bind values.
///
/// ```swift
/// let sql: SQL = "SELECT id, email FROM users WHERE id = \(id)"   // … WHERE id = $1
/// ```
///
/// The text can only come from literals in the program, so injection cannot be written down. An optional binds NULL;
/// another `SQL` is spliced in with its values; `\(identifier: name)` is quoted. Making one builds no text: the
/// pieces are the literals' addresses (`ProgramText`), which are also what a prepared statement is found by.
public struct SQL: Sendable {
  enum Piece: Sendable {
    case text(ProgramText)
    /// An index into `identifiers`.
    case identifier(Int)
    /// Where its value lies in `parameters`; a length of -1 is NULL.
    case parameter(PostgreSQLType, start: Int, length: Int)
  }

  private(set) var pieces: [Piece] = []
  private(set) var identifiers: [String] = []
  private(set) var parameters = ParameterBuffer()
  /// Equal for equal texts; see `StatementKey`.
  private(set) var fingerprint: UInt = 0

  /// What is known of it that its text does not tell.
  var effect: Effect?
  /// What is known of this execution.
  var hint: Hint?

  mutating func mix(_ value: UInt) {
    fingerprint = (fingerprint ^ value) &* 0x9E37_79B9_7F4A_7C15
    fingerprint ^= fingerprint >> 32
  }
}

extension SQL {
  private mutating func append(_ text: ProgramText) {
    guard text.count > 0 else { return }
    pieces.append(.text(text))
    mix(UInt(bitPattern: text.start))
    mix(UInt(bitPattern: text.count))
  }

  /// Adds a text that was made of the program's own names.
  mutating func append(made text: String) {
    if !text.isEmpty { append(ProgramText.made(text)) }
  }

  private mutating func append(verbatim text: String) {
    pieces.append(.identifier(identifiers.count))
    identifiers.append(text)
    mix(UInt(bitPattern: text.hashValue))
  }

  private mutating func append<Value: PostgreSQLEncodable>(_ value: Value) {
    let start = parameters.bytes.count
    parameters.isNull = false
    value.encode(into: &parameters)
    let length = parameters.isNull ? -1 : parameters.bytes.count - start
    pieces.append(.parameter(Value.postgreSQLType, start: start, length: length))
    mix(UInt(Value.postgreSQLType.oid))
  }

  private mutating func append(_ keys: LookupKeys) {
    let (start, type) = (parameters.bytes.count, keys.arrayType)
    parameters.append(keys)
    pieces.append(.parameter(type, start: start, length: parameters.bytes.count - start))
    mix(UInt(type.oid))
  }

  /// The same statement with other keys, where it binds keys of this type and nothing else; nil where it does not.
  func rebinding(_ keys: LookupKeys) -> SQL? {
    guard let index = pieces.firstIndex(where: \.isParameter), pieces[index].type == keys.arrayType,
      !pieces[(index + 1)...].contains(where: \.isParameter)
    else { return nil }
    var copy = self
    copy.parameters = ParameterBuffer(reserving: 20 + keys.elements.bytes.count)
    copy.parameters.append(keys)
    copy.pieces[index] = .parameter(keys.arrayType, start: 0, length: copy.parameters.bytes.count)
    return copy
  }

  /// Adds a part of a statement, with its values.
  mutating func append(_ fragment: SQL) {
    let (names, bytes) = (identifiers.count, parameters.bytes.count)
    for piece in fragment.pieces {
      switch piece {
      case .text: pieces.append(piece)
      case .identifier(let index): pieces.append(.identifier(index + names))
      case .parameter(let type, let start, let length):
        pieces.append(.parameter(type, start: start + bytes, length: length))
      }
    }
    identifiers.append(contentsOf: fragment.identifiers)
    parameters.append(fragment.parameters)
    if effect != .writing { effect = fragment.effect ?? effect }
    mix(fragment.fingerprint)
  }
}

extension SQL: ExpressibleByStringInterpolation {
  /// A statement without values.
  public init(stringLiteral literal: StaticString) {
    append(ProgramText(literal))
  }

  /// The finished statement.
  public init(stringInterpolation: StringInterpolation) {
    self = stringInterpolation.sql
  }

  /// Collects the pieces of a statement.
  public struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var sql = SQL()

    /// Makes room for as many pieces as the literal has.
    public init(literalCapacity: Int, interpolationCount: Int) {
      sql.pieces.reserveCapacity(2 * interpolationCount + 1)
      sql.parameters = ParameterBuffer(reserving: 16 * interpolationCount)
    }

    /// Adds text of the program.
    public mutating func appendLiteral(_ literal: StaticString) {
      sql.append(ProgramText(literal))
    }

    /// Binds a value.
    public mutating func appendInterpolation<Value: PostgreSQLEncodable>(_ value: Value) {
      sql.append(value)
    }

    /// Binds a value; nil binds NULL.
    public mutating func appendInterpolation<Value: PostgreSQLEncodable>(_ value: Value?) {
      sql.append(value)
    }

    /// Binds the keys of a lookup, as an array.
    public mutating func appendInterpolation(_ keys: LookupKeys) {
      sql.append(keys)
    }

    /// Splices another statement or a part of one, with its values.
    public mutating func appendInterpolation(_ fragment: SQL) {
      sql.append(fragment)
    }

    /// Adds a name, quoted. Each name makes a statement of its own, so keep it to names that the program knows.
    public mutating func appendInterpolation(identifier name: String) {
      sql.append(verbatim: name.quoted)
    }
  }
}

extension SQL {
  /// The text as the server gets it, with `$1` and so on for the values.
  public var text: String {
    var text = ""
    var count = 0
    for piece in pieces {
      switch piece {
      case .text(let part): text += String(part)
      case .identifier(let index): text += identifiers[index]
      case .parameter:
        count += 1
        text += "$\(count)"
      }
    }
    return text
  }

  var parameterTypes: [PostgreSQLType] {
    pieces.compactMap { if case .parameter(let type, _, _) = $0 { type } else { nil } }
  }
}

/// What a statement's text is recognised by without building it: the literals' addresses and the values' types.
struct StatementKey: Hashable, Sendable {
  private let pieces: [SQL.Piece]
  private let identifiers: [String]
  private let fingerprint: UInt
  private let effect: SQL.Effect?

  init(_ sql: SQL) {
    (pieces, identifiers) = (sql.pieces, sql.identifiers)
    (fingerprint, effect) = (sql.fingerprint, sql.effect)
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(fingerprint)
  }

  static func == (left: StatementKey, right: StatementKey) -> Bool {
    left.fingerprint == right.fingerprint && left.effect == right.effect
      && left.identifiers == right.identifiers
      && left.pieces.elementsEqual(right.pieces, by: SQL.Piece.haveSameText)
  }
}

extension SQL.Piece {
  var isParameter: Bool { type != nil }

  /// A value's type.
  var type: PostgreSQLType? {
    if case .parameter(let type, _, _) = self { type } else { nil }
  }

  static func haveSameText(_ left: SQL.Piece, _ right: SQL.Piece) -> Bool {
    switch (left, right) {
    case (.text(let left), .text(let right)): left == right
    case (.identifier(let left), .identifier(let right)): left == right
    case (.parameter(let left, _, _), .parameter(let right, _, _)): left == right
    default: false
    }
  }
}

extension SQL {
  /// A statement of a script. The text must come from the program, never from outside.
  init(statement text: String) {
    append(verbatim: text)
  }
}
