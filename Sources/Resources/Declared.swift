public import PostgreSQL

/// A statement of a resource, said once: the types of its values, its SQL, and what its rows become. A property of the resource, so
/// that the start of the program can have it checked; see ``Resource/statements``.
///
/// ```swift
/// let select = Declared(returns: Group.self) { (id: Int32) in "SELECT \(Group.columns) FROM groups WHERE id = \(id)" }
/// let delete = Declared { (id: Int32) in "DELETE FROM groups WHERE id = \(id)" }
///
/// let group = try await session.first(select(id))
/// let count = try await session.execute(delete(id))
/// ```
///
/// Its values are whatever a statement can bind, and schemas. For the check, it is made of samples of their types (see `Samplable`):
/// where its text depends on its values, the check sees that of the samples.
public struct Declared<Result: Sendable, each Argument: Samplable>: Sendable {
  private let sql: @Sendable (repeat each Argument) -> SQL
  private let declare: @Sendable (String, SQL) -> DeclaredStatement

  /// A statement whose rows become `Result`.
  public init(returns: Result.Type, sql: @escaping @Sendable (repeat each Argument) -> SQL) where Result: Row {
    self.sql = sql
    declare = { DeclaredStatement($0, $1, returns: Result.self) }
  }

  /// A statement whose rows, if any, are not looked at.
  public init(sql: @escaping @Sendable (repeat each Argument) -> SQL) where Result == Void {
    self.sql = sql
    declare = { DeclaredStatement($0, $1) }
  }

  /// The statement with these values.
  public func callAsFunction(_ arguments: repeat each Argument) -> RowSQL<Result> {
    RowSQL(sql: sql(repeat each arguments))
  }
}

/// A statement with its values, which knows what its rows become.
public struct RowSQL<Result: Sendable>: Sendable {
  /// The statement.
  public let sql: SQL
}

/// A property of a resource that is a statement.
protocol StatementProperty {
  /// nil where no value of its types is known.
  func statement(_ name: String) -> DeclaredStatement?
}

extension Declared: StatementProperty {
  func statement(_ name: String) -> DeclaredStatement? {
    guard let sql = try? sql(repeat known((each Argument).sample)) else { return nil }
    return declare(name, sql)
  }
}

private struct Unknown: Error {}

/// Stands outside, since within a function of many types it has the compiler's optimiser stop (6.3, with -enable-testing).
private func known<Value>(_ value: Value?) throws -> Value {
  guard let value else { throw Unknown() }
  return value
}

extension Lookup: StatementProperty {
  func statement(_ name: String) -> DeclaredStatement? { DeclaredStatement(name, self) }
}
