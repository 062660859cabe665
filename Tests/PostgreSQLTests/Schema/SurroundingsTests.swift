import Testing

@testable import PostgreSQL

struct SurroundingsTests {
  private static let users = TableName(schema: nil, name: "users")
  private static let groups = TableName(schema: nil, name: "groups")

  private func found(
    _ schema: String, _ name: String = "users", isVisible: Bool = true, isOnPath: Bool = true, isOpen: Bool = true
  ) -> FoundTable {
    FoundTable(
      oid: 1, schema: schema, name: name, sqlName: "\(schema).\(name)", sqlSchema: schema, isVisible: isVisible,
      isOnPath: isOnPath, isOpen: isOpen)
  }

  private func plan(
    _ tables: [FoundTable], schema: String? = "public", mayCreate: Bool? = true, isReadOnly: Bool = false,
    for names: [TableName] = [Self.users, Self.groups]
  ) -> SchemaPlan {
    let place = Place(sqlSchema: schema, mayCreate: mayCreate, isReadOnly: isReadOnly, role: "r")
    return SchemaPlan(names, in: Surroundings(tables: tables, place: place))
  }

  private func refusals(_ plan: SchemaPlan) -> String? {
    if case .refuse(let findings) = plan { findings.map(\.description).joined(separator: "\n") } else { nil }
  }

  @Test func `only what is missing is made`() {
    #expect(plan([found("public"), found("app", "groups")]) == .nothing)
    #expect(plan([found("public")]) == .make([Self.groups]))
    #expect(plan([]) == .make([Self.users, Self.groups]))
    #expect(plan([], mayCreate: false, for: []) == .nothing)
  }

  @Test func `a table that the search path finds is enough, whatever lies elsewhere and whoever may make one`() {
    let tables = [found("app"), found("public", isVisible: false), found("public", "groups")]
    #expect(plan(tables, schema: nil, mayCreate: nil, isReadOnly: true) == .nothing)
  }

  @Test func `nothing is made beside a table that another search path finds`() {
    let refusal = refusals(plan([found("app", isVisible: false, isOnPath: false)]))
    #expect(refusal?.contains("there is app.users") == true)
    #expect(refusal?.contains("SET search_path = app") == true)
    let closed = refusals(plan([found("app", isVisible: false, isOpen: false)]))
    #expect(closed?.contains("GRANT USAGE ON SCHEMA app TO r") == true)
  }

  @Test func `a schema of others, into which the role may not look, is no hindrance`() {
    let tables = [found("other", isVisible: false, isOnPath: false, isOpen: false)]
    #expect(plan(tables) == .make([Self.users, Self.groups]))
  }

  @Test func `a database that may only be read is waited for`() {
    if case .wait = plan([], mayCreate: false, isReadOnly: true) { return }
    Issue.record("no wait")
  }

  @Test func `without the right to make a table, or a place for it, the role is told what it lacks`() {
    #expect(
      refusals(plan([found("public")], mayCreate: false))?.contains("GRANT CREATE ON SCHEMA public TO r") == true)
    #expect(refusals(plan([], schema: nil, mayCreate: nil))?.contains("the search_path names no schema") == true)
  }

  @Test func `a name with a schema is looked for there only`() {
    let name = TableName(schema: "app", name: "users")
    #expect(plan([found("public")], mayCreate: false, for: [name]) == .make([name]))
    #expect(plan([found("app", isVisible: false)], for: [name]) == .nothing)
  }
}
