public import PostgreSQL
public import WebAPI

/// A resource, said once: what it answers, and what its database must have for that. A value, so that settings are its
/// parameters.
///
/// ```swift
/// public struct Groups: Resource {
///   public var statements: [DeclaredStatement] { [DeclaredStatement("read group", …)] }
///
///   public func operations(_ session: Depends<Session>) -> [Operation] {
///     [Operation(.get, "/groups/{group_id}", "read_group", Inputs(id, session), returns: GroupOut.self) { … }]
///   }
/// }
/// ```
public protocol Resource: Sendable {
  /// What the database must understand: `Pool.check` has it prepare them at start, and looks at the tables that they name.
  var statements: [DeclaredStatement] { get }
  /// The operations, each with a session of its own.
  func operations(_ session: Depends<Session>) -> [Operation]
}
