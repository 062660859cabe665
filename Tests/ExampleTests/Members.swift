import Resources

/// A member of a group: a row of two tables.
struct Member: Row {
  let groupID: Int32
  let email: String
  let role: String

  static let decoder = RowDecoder(
    Member.init, Column("group_id", \.groupID), Column("email", \.email, "u.email"), Column("role", \.role))
  /// `"m"."group_id", u.email AS "email", "m"."role"`
  static let joined = columns(of: "m")
}

/// What a client gets.
struct MemberOut: Schema {
  let email: String
  let role: String

  static let schema = ObjectSchema<MemberOut>(
    "MemberOut", MemberOut.init, Field("email", \.email, .email), Field("role", \.role, .string))
}

/// The resource `/groups/{group_id}/members/`.
struct Members: Resource {
  /// The members of however many groups are asked for at the same moment.
  private let ofGroup = Lookup<Int32, Member>("group_id") {
    """
    SELECT \(Member.joined) FROM memberships m JOIN people u ON u.id = user_id
    WHERE group_id = ANY(\($0)) ORDER BY email
    """
  }

  private let insert = Declared { (group: Int32, user: Int32) in
    "INSERT INTO memberships (group_id, user_id) VALUES (\(group), \(user))"
  }

  /// PostgreSQL's own names for the constraints of `memberships`.
  private static let violations = Violations([
    "memberships_pkey": HTTPError(409, "Already a member"),
    "memberships_group_id_fkey": HTTPError(404, "Group not found"),
    "memberships_user_id_fkey": HTTPError(404, "User not found"),
  ])

  func operations(_ session: Depends<Session>) -> [Operation] {
    Operation(
      .get, "/groups/{group_id}/members/", "read_members", Inputs(Path<Int32>("group_id"), session),
      returns: [MemberOut].self
    ) { group, session in
      try await session.findAll(group, by: ofGroup).map { MemberOut(email: $0.email, role: $0.role) }
    }
    Operation(
      .put, "/groups/{group_id}/members/{user_id}", "add_member",
      Inputs(Path<Int32>("group_id"), Path<Int32>("user_id"), session), returns: NoContent.self, status: 204,
      translating: Self.violations
    ) { group, user, session in
      try await session.execute(insert(group, user))
      return NoContent()
    }
  }
}
