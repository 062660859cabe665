public import PostgreSQL

/// A statement of a resource, said once: what the check at the start calls it, what its rows become, and its SQL.
///
/// ```swift
/// private static let select = Declared("read group", returns: Group.self, with: 0) { (id: Int32) in
///   "SELECT \(Group.columns) FROM groups WHERE id = \(id)"
/// }
/// var statements: [DeclaredStatement] { [Self.select.statement] }
///
/// let group: Group? = try await session.first(Self.select(id))
/// ```
///
/// The values behind `with` serve for their types only.
public struct Declared<each Argument>: Sendable {
  /// For ``Resource/statements``.
  public let statement: DeclaredStatement
  private let sql: @Sendable (repeat each Argument) -> SQL

  /// A statement whose rows become `Result`.
  public init<Result: Row>(
    _ name: String, returns: Result.Type, with values: repeat each Argument,
    sql: @escaping @Sendable (repeat each Argument) -> SQL
  ) {
    statement = DeclaredStatement(name, sql(repeat each values), returns: Result.self)
    self.sql = sql
  }

  /// A statement whose rows, if any, are not decoded.
  public init(
    _ name: String, with values: repeat each Argument, sql: @escaping @Sendable (repeat each Argument) -> SQL
  ) {
    statement = DeclaredStatement(name, sql(repeat each values))
    self.sql = sql
  }

  /// The statement with these values.
  public func callAsFunction(_ arguments: repeat each Argument) -> SQL { sql(repeat each arguments) }
}
