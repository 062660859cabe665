public import PostgreSQL
public import WebAPI

/// Fields of a schema as columns of the same names.
extension SQL.StringInterpolation {
  /// What SET sets so that the fields that were sent are stored and the others stay: `"title" = CASE WHEN $1 THEN $2 ELSE "title" END` for
  /// each field, so that it is one statement whatever is sent.
  ///
  /// ```swift
  /// "UPDATE groups SET \(changes) WHERE id = \(id) RETURNING \(Group.columns)"
  /// ```
  public mutating func appendInterpolation<Whole>(_ changes: Partial<Whole>) {
    for (index, member) in changes.members.enumerated() {
      if index > 0 { appendLiteral(", ") }
      appendInterpolation(identifier: member.name)
      appendLiteral(" = CASE WHEN ")
      appendInterpolation(member.value != nil)
      appendLiteral(" THEN ")
      append(member)
      appendLiteral(" ELSE ")
      appendInterpolation(identifier: member.name)
      appendLiteral(" END")
    }
  }

  /// Binds what was sent, else NULL.
  private mutating func append<Whole>(_ member: Partial<Whole>.Member) {
    if let type = member.type as? any PostgreSQLEncodable.Type {
      append(member.value, as: type)
    } else {
      appendInterpolation(identifier: "\(member.name), \(member.type): none of PostgreSQL's types")  // found at start
    }
  }

  private mutating func append<Value: PostgreSQLEncodable>(_ value: Any?, as type: Value.Type) {
    appendInterpolation(value.flatMap { $0 as? Value })
  }
}
