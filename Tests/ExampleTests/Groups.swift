public import Resources

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
  /// Under what the documentation shows the operations.
  public let tags = ["groups"]

  private let insert = Declared(returns: Group.self) { (title: String) in
    "INSERT INTO groups (title) VALUES (\(title)) RETURNING \(Group.columns)"
  }
  private let select = Declared(returns: Group.self) { (id: Int32) in
    "SELECT \(Group.columns) FROM groups WHERE id = \(id)"
  }

  private static let notFound = HTTPError(404, "Group not found")

  /// The resource, which has no settings.
  public init() {}

  /// The operations, each with a session of its own.
  public func operations(_ session: Depends<Session>) -> [Operation] {
    Operation(
      .post, "/groups/", "create_group", Inputs(Body<GroupCreate>(), session), returns: Answer<Group>.self,
      status: 201, headers: ["Location"], errors: Refusal.errors
    ) { group, session in
      let group = try await session.one(insert(group.title))
      return Answer(group, headers: ["Location": "\(group.id)"])  // seen from /groups/
    }
    Operation(
      .get, "/groups/{group_id}", "read_group", Inputs(Path<Int32>("group_id"), session), returns: Group.self,
      errors: [Self.notFound]
    ) { id, session in
      try await session.first(select(id), else: Self.notFound)
    }
  }
}
