import Resources

/// A member of a group: a row of two tables, and what a client gets.
struct Member: Model {
  let id: Int32
  let name: String
  let joinedAt: Timestamp

  static let model = Definition(
    "Member", Member.init, Attribute("id", \.id, "p.id"), Attribute("name", \.name, "p.name"),
    Attribute("joined_at", \.joinedAt, "m.joined_at"))
}

/// Who belongs to a group; how many do is counted with the group.
struct Memberships: Resource {
  private static let notMember = HTTPError(404, "Not a member")
  private static let violations = Violations(["memberships_user_id_fkey": HTTPError(404, "User not found")])

  /// Those who count take turns.
  private let lock = Declared { (group: Int32, tenant: String) in
    "SELECT id FROM groups WHERE id = \(group) AND tenant = \(tenant) FOR UPDATE"
  }
  private let insert = Declared { (group: Int32, user: Int32) in
    "INSERT INTO memberships (group_id, user_id) VALUES (\(group), \(user)) ON CONFLICT DO NOTHING"
  }
  private let delete = Declared { (group: Int32, user: Int32) in
    "DELETE FROM memberships WHERE group_id = \(group) AND user_id = \(user)"
  }
  private let count = Declared { (group: Int32, change: Int32) in
    "UPDATE groups SET members = members + \(change), version = version + 1 WHERE id = \(group)"
  }
  private let list = Declared(returns: Member.self) { (group: Int32, tenant: String) in
    """
    SELECT \(Member.columns) FROM memberships m JOIN people p ON p.id = m.user_id JOIN groups g ON g.id = m.group_id
    WHERE g.id = \(group) AND g.tenant = \(tenant) ORDER BY m.joined_at, p.id
    """
  }

  func operations(_ session: Depends<Session>) -> [Operation] {
    let (group, user, tenant) = (Path<Int32>("group_id"), Path<Int32>("user_id"), Groups.tenant)
    let transaction = Depends.transaction(session)
    Operation(
      .get, "/groups/{group_id}/members/", "read_members", Inputs(group, tenant, session), returns: [Member].self
    ) { group, tenant, session in
      try await session.all(list(group, tenant))
    }
    Operation(
      .put, "/groups/{group_id}/members/{user_id}", "add_member", Inputs(group, user, tenant, transaction),
      returns: Answer<NoContent>.self, status: 201, also: [204: "Was a member already"], errors: [Groups.notFound],
      translating: Self.violations
    ) { group, user, tenant, session in
      try await session.execute(lock(group, tenant), else: Groups.notFound)
      guard try await session.execute(insert(group, user)) > 0 else { return .empty(204) }
      try await session.execute(count(group, 1))
      return .empty(201)
    }
    Operation(
      .delete, "/groups/{group_id}/members/{user_id}", "remove_member", Inputs(group, user, tenant, transaction),
      returns: NoContent.self, status: 204, errors: [Groups.notFound, Self.notMember]
    ) { group, user, tenant, session in
      try await session.execute(lock(group, tenant), else: Groups.notFound)
      try await session.execute(delete(group, user), else: Self.notMember)
      try await session.execute(count(group, -1))
      return NoContent()
    }
  }
}
