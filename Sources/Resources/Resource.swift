// Who writes a resource needs this module alone.
@_exported public import PostgreSQL
@_exported public import WebAPI

/// A resource, said once: what it answers, and what its database must have for that. A value, so that settings are its
/// parameters.
///
/// ```swift
/// struct Groups: Resource {
///   let select = Declared(returns: Group.self) { (id: Int32) in "SELECT \(Group.columns) FROM groups WHERE id = \(id)" }
///
///   func operations(_ session: Depends<Session>) -> [Operation] {
///     Operation(
///       .get, "/groups/{group_id}", "read_group", Inputs(Path<Int32>("group_id"), session), returns: Group.self
///     ) { id, session in
///       try await session.first(select(id), else: HTTPError(404, "Group not found"))
///     }
///   }
/// }
/// ```
public protocol Resource: Sendable {
  /// What the database must understand: `Pool.check` has it prepare them at start, and looks at the tables that they name.
  ///
  /// By itself, every property that is a ``Declared`` or a `Lookup`, by the names of the resource and the property.
  var statements: [DeclaredStatement] { get }
  /// Under what the documentation shows those of the operations that do not say it themselves; by itself nothing.
  var tags: [String] { get }
  /// The operations, each with a session of its own: one after another, or a list that is returned.
  @Operations func operations(_ session: Depends<Session>) -> [Operation]
}

extension Resource {
  /// Nothing.
  public var tags: [String] { [] }

  /// The constraints for which its operations have answers: what the start looks for, since a name that is none is never met.
  public var constraints: [String] {
    let operations = operations(Depends(ready: { throw HTTPError.unavailable("no database") }))
    return operations.flatMap { ($0.translation as? Violations)?.names ?? [] }
  }

  /// What the operations are with the resource's tags.
  func tagged(_ session: Depends<Session>) -> [Operation] { operations(session).map { $0.tagged(tags) } }

  /// The properties that are statements. Not those that are `static`: they are nothing of the value's.
  public var statements: [DeclaredStatement] {
    Mirror(reflecting: self).children.compactMap { name, value in
      (value as? any StatementProperty)?.statement("\(Self.self).\(name ?? "")")
    }
  }
}

/// Makes a list of the operations that stand one after another.
@resultBuilder public enum Operations {
  /// All of them.
  public static func buildBlock(_ operations: Operation...) -> [Operation] { operations }
}
