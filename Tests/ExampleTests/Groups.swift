public import PostgreSQL
public import Resource
public import WebAPI

/// A row of the table groups.
struct Group: Row {
  let id: Int32
  let title: String

  static let decoder = RowDecoder(Group.init, Column("id", \.id), Column("title", \.title))
}

/// What a client sends.
struct GroupCreate: Schema {
  let title: String

  static let schema = ObjectSchema<GroupCreate>(
    "GroupCreate", GroupCreate.init,
    Field("title", \.title, .string(minimumLength: 1, maximumLength: 80)))
}

/// What a client gets.
struct GroupOut: Schema {
  let id: Int32
  let title: String

  static let schema = ObjectSchema<GroupOut>(
    "GroupOut", GroupOut.init,
    Field("id", \.id, .integer),
    Field("title", \.title, .string))
}

extension GroupOut {
  init(_ group: Group) {
    self.init(id: group.id, title: group.title)
  }
}

/// The resource `/groups/`.
public struct Groups: Resource {
  private static func insert(_ group: GroupCreate) -> SQL {
    "INSERT INTO groups (title) VALUES (\(group.title)) RETURNING \(Group.columns)"
  }

  private static func select(_ id: Int32) -> SQL {
    "SELECT \(Group.columns) FROM groups WHERE id = \(id)"
  }

  private static let notFound = HTTPError(404, "Group not found")

  /// The resource, which has no settings.
  public init() {}

  /// What the database must understand.
  public var statements: [DeclaredStatement] {
    [
      DeclaredStatement("create group", Self.insert(GroupCreate(title: "")), returns: Group.self),
      DeclaredStatement("read group", Self.select(0), returns: Group.self),
    ]
  }

  /// The operations, each with a session of its own.
  public func operations(_ session: Depends<Session>) -> [Operation] {
    [
      Operation(
        .post, "/groups/", "create_group", Inputs(Body<GroupCreate>(), session), returns: Answer<GroupOut>.self,
        status: 201, headers: ["Location"], errors: Refusal.errors, tags: ["groups"]
      ) { group, session in
        guard let group: Group = try await session.first(Self.insert(group)) else { throw Refused.silently }
        return Answer(GroupOut(group), headers: ["Location": "\(group.id)"])  // seen from /groups/
      },
      Operation(
        .get, "/groups/{group_id}", "read_group", Inputs(Path<Int32>("group_id"), session),
        returns: GroupOut.self, errors: [Self.notFound], tags: ["groups"]
      ) { id, session in
        guard let group: Group = try await session.first(Self.select(id)) else { throw Self.notFound }
        return GroupOut(group)
      },
    ]
  }
}
