import PostgreSQL
import Resource
import WebAPI

enum GroupKind: String, Enumeration, PostgreSQLValue { case owner, team, `public` }

/// A row of the table groups, and what a client gets of it.
struct Group: Row, Schema {
  let id: Int32
  let title: String
  let kind: GroupKind
  let startsOn: Day
  let description: String?
  let ownerID: Int32
  let members: Int32
  let version: Int32

  static let decoder = RowDecoder(
    Group.init, Column("id", \.id), Column("title", \.title), Column("kind", \.kind), Column("starts_on", \.startsOn),
    Column("description", \.description), Column("owner_id", \.ownerID), Column("members", \.members),
    Column("version", \.version))

  static let schema = ObjectSchema<Group>(
    "Group", Group.init, Field("id", \.id, .integer), Field("title", \.title, .string),
    Field("kind", \.kind, .enumeration), Field("starts_on", \.startsOn, .day),
    Field("description", \.description, .nullable(.string)), Field("owner_id", \.ownerID, .integer),
    Field("members", \.members, .integer), Field("version", \.version, .integer))
}

struct GroupCreate: Schema {
  let title: String
  let kind: GroupKind
  let startsOn: Day
  let description: String?
  let ownerID: Int32

  static let schema = ObjectSchema<GroupCreate>(
    "GroupCreate", GroupCreate.init, Field("title", \.title, .string(minimumLength: 1, maximumLength: 80)),
    Field("kind", \.kind, .enumeration, default: .team), Field("starts_on", \.startsOn, .day),
    Field("description", \.description, .nullable(.string(maximumLength: 500)), default: nil),
    Field("owner_id", \.ownerID, .integer(minimum: 1)))
}

struct GroupUpdate: Schema {
  let title: String?
  let kind: GroupKind?
  let description: String??

  static let schema = ObjectSchema<GroupUpdate>(
    "GroupUpdate", GroupUpdate.init, Field("title", \.title, optional: .string(minimumLength: 1, maximumLength: 80)),
    Field("kind", \.kind, optional: .enumeration),
    Field("description", \.description, optional: .nullable(.string(maximumLength: 500))))
}

/// The groups of a tenant.
struct Groups: Resource {
  static let notFound = HTTPError(404, "Group not found")
  static let tenant = Header<String>("X-Tenant", .within(1...40))
  private static let violations = Violations([
    "groups_title_key": HTTPError(409, "Title already exists"),
    "groups_owner_id_fkey": HTTPError(409, "Owner not found"),
  ])

  private static func insert(_ group: GroupCreate, _ tenant: String) -> SQL {
    """
    INSERT INTO groups (tenant, title, kind, starts_on, description, owner_id)
    VALUES (\(tenant), \(group.title), \(group.kind), \(group.startsOn), \(group.description), \(group.ownerID))
    RETURNING \(Group.columns)
    """
  }

  private static func list(
    _ tenant: String, _ kind: GroupKind?, _ ids: [Int32]?, _ after: Day?, _ skip: Int64, _ limit: Int64
  ) -> SQL {
    """
    SELECT \(Group.columns) FROM groups WHERE tenant = \(tenant) AND (\(kind) IS NULL OR kind = \(kind))
    AND (\(ids) IS NULL OR id = ANY(\(ids))) AND (\(after) IS NULL OR starts_on > \(after))
    ORDER BY id OFFSET \(skip) LIMIT \(limit)
    """
  }

  private static func select(_ id: Int32, _ tenant: String) -> SQL {
    "SELECT \(Group.columns) FROM groups WHERE id = \(id) AND tenant = \(tenant)"
  }

  private static func update(_ id: Int32, _ tenant: String, _ change: GroupUpdate) -> SQL {
    """
    UPDATE groups SET title = coalesce(\(change.title), title), kind = coalesce(\(change.kind), kind),
    description = CASE WHEN \(change.description != nil) THEN \(change.description ?? nil) ELSE description END,
    version = version + 1 WHERE id = \(id) AND tenant = \(tenant) RETURNING \(Group.columns)
    """
  }

  private static func delete(_ id: Int32, _ tenant: String) -> SQL {
    "DELETE FROM groups WHERE id = \(id) AND tenant = \(tenant)"
  }

  var statements: [DeclaredStatement] {
    let group = GroupCreate(title: "", kind: .team, startsOn: Day(daysSince1970: 0), description: nil, ownerID: 0)
    let change = GroupUpdate(title: nil, kind: nil, description: nil)
    return [
      DeclaredStatement("create group", Self.insert(group, ""), returns: Group.self),
      DeclaredStatement("list groups", Self.list("", nil, nil, nil, 0, 0), returns: Group.self),
      DeclaredStatement("read group", Self.select(0, ""), returns: Group.self),
      DeclaredStatement("update group", Self.update(0, "", change), returns: Group.self),
      DeclaredStatement("delete group", Self.delete(0, "")),
    ]
  }

  func operations(_ session: Depends<Session>) -> [Operation] {
    let (id, tenant) = (Path<Int32>("group_id"), Self.tenant)
    return [
      Operation(
        .post, "/groups/", "create_group", Inputs(Body<GroupCreate>(), tenant, session), returns: Answer<Group>.self,
        status: 201, headers: ["Location"], errors: Refusal.errors, translating: Self.violations
      ) { group, tenant, session in
        guard let group: Group = try await session.first(Self.insert(group, tenant)) else { throw Refused.silently }
        return Answer(group, headers: ["Location": "/groups/\(group.id)"])
      },
      Operation(
        .get, "/groups/", "read_groups",
        Inputs(
          tenant, Query<GroupKind?>("kind"), Query<[Int32]?>("id", .count(.atMost(100))), Query<Day?>("after"),
          Query<Int64>("skip", default: 0, .atLeast(0)), Query<Int64>("limit", default: 100, .within(0...1000)),
          session), returns: [Group].self
      ) { tenant, kind, ids, after, skip, limit, session in
        try await session.all(Self.list(tenant, kind, ids, after, skip, limit))
      },
      Operation(
        .get, "/groups/{group_id}", "read_group", Inputs(id, tenant, Header<String?>("If-None-Match"), session),
        returns: Answer<Group>.self, also: [304: "The group is as it was"], headers: ["ETag"], errors: [Self.notFound]
      ) { id, tenant, known, session in
        guard let group: Group = try await session.first(Self.select(id, tenant)) else { throw Self.notFound }
        let tag = "\"\(group.version)\""
        return known == tag ? .empty(304, headers: ["ETag": tag]) : Answer(group, headers: ["ETag": tag])
      },
      Operation(
        .patch, "/groups/{group_id}", "update_group", Inputs(id, tenant, Body<GroupUpdate>(), session),
        returns: Group.self, errors: [Self.notFound] + Refusal.errors, translating: Self.violations
      ) { id, tenant, change, session in
        guard let group: Group = try await session.first(Self.update(id, tenant, change)) else { throw Self.notFound }
        return group
      },
      Operation(
        .delete, "/groups/{group_id}", "delete_group", Inputs(id, tenant, session), returns: NoContent.self,
        status: 204, errors: [Self.notFound]
      ) { id, tenant, session in
        guard try await session.execute(Self.delete(id, tenant)) > 0 else { throw Self.notFound }
        return NoContent()
      },
    ]
  }
}
