import Resources

enum GroupKind: String, Enumeration, PostgreSQLValue { case owner, team, `public` }

/// A row of the table groups, and what a client gets of it.
struct Group: Model {
  let id: Int32
  let title: String
  let kind: GroupKind
  let startsOn: Day
  let description: String?
  let ownerID: Int32
  let members: Int32
  let version: Int32

  static let model = Definition(
    "Group", Group.init, Attribute("id", \.id), Attribute("title", \.title), Attribute("kind", \.kind),
    Attribute("starts_on", \.startsOn), Attribute("description", \.description), Attribute("owner_id", \.ownerID),
    Attribute("members", \.members), Attribute(hidden: "version", \.version))
}

struct GroupCreate: Schema {
  let title: String
  let kind: GroupKind
  let startsOn: Day
  let description: String?
  let ownerID: Int32

  static let schema = ObjectSchema<GroupCreate>(
    "GroupCreate", GroupCreate.init, Field("title", \.title, .string(minimumLength: 1, maximumLength: 80)),
    Field("kind", \.kind, default: .team), Field("starts_on", \.startsOn),
    Field("description", \.description, .nullable(.string(maximumLength: 500)), default: nil),
    Field("owner_id", \.ownerID, .integer(minimum: 1)))
}

/// The groups of a tenant.
struct Groups: Resource {
  let tags = ["groups"]
  static let notFound = HTTPError(404, "Group not found")
  static let tenant = Header<String>("X-Tenant", .within(1...40))
  private static let violations = Violations([
    "groups_title_key": HTTPError(409, "Title already exists"),
    "groups_owner_id_fkey": ValidationError("value_error", "Owner not found", location: ["body", "owner_id"]),
  ])

  private let insert = Declared(returns: Group.self) { (group: GroupCreate, tenant: String) in
    """
    INSERT INTO groups (tenant, title, kind, starts_on, description, owner_id)
    VALUES (\(tenant), \(group.title), \(group.kind), \(group.startsOn), \(group.description), \(group.ownerID))
    RETURNING \(Group.columns)
    """
  }
  private let list = Declared(returns: Group.self) {
    (tenant: String, kind: GroupKind?, ids: [Int32]?, after: Day?, skip: Int64, limit: Int64) in
    """
    SELECT \(Group.columns) FROM groups WHERE tenant = \(tenant) AND (\(kind) IS NULL OR kind = \(kind))
    AND (\(ids) IS NULL OR id = ANY(\(ids))) AND (\(after) IS NULL OR starts_on > \(after))
    ORDER BY id OFFSET \(skip) LIMIT \(limit)
    """
  }
  private let select = Declared(returns: Group.self) { (id: Int32, tenant: String) in
    "SELECT \(Group.columns) FROM groups WHERE id = \(id) AND tenant = \(tenant)"
  }
  private let update = Declared(returns: Group.self) { (id: Int32, tenant: String, changes: Partial<GroupCreate>) in
    """
    UPDATE groups SET \(changes), version = version + 1
    WHERE id = \(id) AND tenant = \(tenant) RETURNING \(Group.columns)
    """
  }
  private let delete = Declared { (id: Int32, tenant: String) in
    "DELETE FROM groups WHERE id = \(id) AND tenant = \(tenant)"
  }

  func operations(_ session: Depends<Session>) -> [Operation] {
    let (id, tenant) = (Path<Int32>("group_id"), Self.tenant)
    Operation(
      .post, "/groups/", "create_group", Inputs(Body<GroupCreate>(), tenant, session), returns: Answer<Group>.self,
      status: 201, responseDescription: "The group is where Location says", headers: ["Location"],
      translating: Self.violations
    ) { group, tenant, session in
      let group = try await session.one(insert(group, tenant))
      return Answer(group, headers: ["Location": "/groups/\(group.id)"])
    }
    Operation(
      .get, "/groups/", "read_groups",
      Inputs(
        tenant, Query<GroupKind?>("kind"), Query<[Int32]?>("id", .count(.atMost(100))), Query<Day?>("after"),
        Query<Int64>("skip", default: 0, .atLeast(0)), Query<Int64>("limit", default: 100, .within(0...1000)),
        session), returns: [Group].self
    ) { tenant, kind, ids, after, skip, limit, session in
      try await session.all(list(tenant, kind, ids, after, skip, limit))
    }
    Operation(
      .get, "/groups/{group_id}", "read_group", Inputs(id, tenant, Header<String?>("If-None-Match"), session),
      returns: Answer<Group>.self, also: [304: "The group is as it was"], headers: ["ETag"], errors: [Self.notFound]
    ) { id, tenant, known, session in
      let group = try await session.first(select(id, tenant), else: Self.notFound)
      return Answer(group, tag: "\(group.version)", unless: known)
    }
    Operation(
      .patch, "/groups/{group_id}", "update_group", Inputs(id, tenant, Body<Partial<GroupCreate>>(), session),
      returns: Group.self, errors: [Self.notFound], translating: Self.violations
    ) { id, tenant, changes, session in
      try await session.first(update(id, tenant, changes), else: Self.notFound)
    }
    Operation(
      .delete, "/groups/{group_id}", "delete_group", Inputs(id, tenant, session), returns: NoContent.self,
      status: 204, errors: [Self.notFound]
    ) { id, tenant, session in
      try await session.execute(delete(id, tenant), else: Self.notFound)
      return NoContent()
    }
  }
}
