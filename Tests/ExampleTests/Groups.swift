public import PostgreSQL
public import Resource
public import WebAPI

/// A row of the table groups, and what a client gets.
struct Group: Model {
  let id: Int32
  let title: String

  static let model = Definition("Group", Group.init, Attribute("id", \.id), Attribute("title", \.title))
}

/// What a client sends.
struct GroupCreate: Schema {
  let title: String

  static let schema = ObjectSchema<GroupCreate>(
    "GroupCreate", GroupCreate.init, Field("title", \.title, .string(minimumLength: 1, maximumLength: 80)))
}

/// The resource `/groups/`.
public struct Groups: Resource {
  private static let insert = Declared("create group", returns: Group.self, with: "") { (title: String) in
    "INSERT INTO groups (title) VALUES (\(title)) RETURNING \(Group.columns)"
  }
  private static let select = Declared("read group", returns: Group.self, with: 0) { (id: Int32) in
    "SELECT \(Group.columns) FROM groups WHERE id = \(id)"
  }

  private static let notFound = HTTPError(404, "Group not found")

  /// The resource, which has no settings.
  public init() {}

  /// What the database must understand.
  public var statements: [DeclaredStatement] { [Self.insert.statement, Self.select.statement] }

  /// The operations, each with a session of its own.
  public func operations(_ session: Depends<Session>) -> [Operation] {
    [
      Operation(
        .post, "/groups/", "create_group", Inputs(Body<GroupCreate>(), session), returns: Answer<Group>.self,
        status: 201, headers: ["Location"], errors: Refusal.errors, tags: ["groups"]
      ) { group, session in
        let group: Group = try await session.first(Self.insert(group.title), else: Refused.silently)
        return Answer(group, headers: ["Location": "\(group.id)"])  // seen from /groups/
      },
      Operation(
        .get, "/groups/{group_id}", "read_group", Inputs(Path<Int32>("group_id"), session),
        returns: Group.self, errors: [Self.notFound], tags: ["groups"]
      ) { id, session in
        try await session.first(Self.select(id), else: Self.notFound)
      },
    ]
  }
}
