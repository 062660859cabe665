import PostgreSQL
import Resource
import WebAPI

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
  private static let lock = Declared("lock group", with: 0, "") { (group: Int32, tenant: String) in
    "SELECT id FROM groups WHERE id = \(group) AND tenant = \(tenant) FOR UPDATE"
  }
  private static let insert = Declared("add member", with: 0, 0) { (group: Int32, user: Int32) in
    "INSERT INTO memberships (group_id, user_id) VALUES (\(group), \(user)) ON CONFLICT DO NOTHING"
  }
  private static let delete = Declared("remove member", with: 0, 0) { (group: Int32, user: Int32) in
    "DELETE FROM memberships WHERE group_id = \(group) AND user_id = \(user)"
  }
  private static let count = Declared("count members", with: 0, 0) { (group: Int32, change: Int32) in
    "UPDATE groups SET members = members + \(change), version = version + 1 WHERE id = \(group)"
  }
  private static let list = Declared("list members", returns: Member.self, with: 0, "") {
    (group: Int32, tenant: String) in
    """
    SELECT \(Member.columns) FROM memberships m JOIN people p ON p.id = m.user_id JOIN groups g ON g.id = m.group_id
    WHERE g.id = \(group) AND g.tenant = \(tenant) ORDER BY m.joined_at, p.id
    """
  }

  var statements: [DeclaredStatement] {
    [Self.lock.statement, Self.insert.statement, Self.delete.statement, Self.count.statement, Self.list.statement]
  }

  func operations(_ session: Depends<Session>) -> [Operation] {
    let (group, user, tenant) = (Path<Int32>("group_id"), Path<Int32>("user_id"), Groups.tenant)
    let transaction = Depends.transaction(session)
    return [
      Operation(
        .get, "/groups/{group_id}/members/", "read_members", Inputs(group, tenant, session), returns: [Member].self
      ) { group, tenant, session in
        try await session.all(Self.list(group, tenant))
      },
      Operation(
        .put, "/groups/{group_id}/members/{user_id}", "add_member", Inputs(group, user, tenant, transaction),
        returns: Answer<NoContent>.self, status: 201, also: [204: "Was a member already"], errors: [Groups.notFound],
        translating: Self.violations
      ) { group, user, tenant, session in
        guard try await session.execute(Self.lock(group, tenant)) > 0 else { throw Groups.notFound }
        guard try await session.execute(Self.insert(group, user)) > 0 else { return .empty(204) }
        try await session.execute(Self.count(group, 1))
        return .empty(201)
      },
      Operation(
        .delete, "/groups/{group_id}/members/{user_id}", "remove_member", Inputs(group, user, tenant, transaction),
        returns: NoContent.self, status: 204, errors: [Groups.notFound, Self.notMember]
      ) { group, user, tenant, session in
        guard try await session.execute(Self.lock(group, tenant)) > 0 else { throw Groups.notFound }
        guard try await session.execute(Self.delete(group, user)) > 0 else { throw Self.notMember }
        try await session.execute(Self.count(group, -1))
        return NoContent()
      },
    ]
  }
}
