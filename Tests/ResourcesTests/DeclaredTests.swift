import APITesting
import Resources
import Testing

private enum Kind: String, Enumeration, PostgreSQLValue { case novel, poem }

private struct Title: Model {
  let id: Int32
  let kind: Kind
  let since: Day?

  static let model = Definition(
    "Title", Title.init, Attribute("id", \.id), Attribute("kind", \.kind), Attribute("since", \.since))
}

private struct TitleCreate: Schema {
  let kind: Kind
  let since: Day?

  static let schema = ObjectSchema<TitleCreate>(
    "TitleCreate", TitleCreate.init, Field("kind", \.kind), Field("since", \.since, optional: .day))
}

private struct Titles: Resource {
  let insert = Declared(returns: Title.self) { (title: TitleCreate) in
    "INSERT INTO titles (kind, since) VALUES (\(title.kind), \(title.since)) RETURNING \(Title.columns)"
  }
  let all = Declared(returns: Title.self) { "SELECT \(Title.columns) FROM titles ORDER BY id" }
  let since = Declared { (ids: [Int32]?, day: String) in
    "UPDATE titles SET since = \(day)::date WHERE \(ids) IS NULL OR id = ANY(\(ids))"
  }
  let byKind = Lookup<String, Title>("kind") { "SELECT \(Title.columns) FROM titles WHERE kind = ANY(\($0))" }

  func operations(_ session: Depends<Session>) -> [Operation] {
    Operation(.post, "/titles/", "create", Inputs(Body<TitleCreate>(), session), returns: Title.self) {
      title, session in
      try await session.one(insert(title))
    }
    Operation(.get, "/titles/", "read_all", Inputs(session), returns: [Title].self) { session in
      try await session.all(all())
    }
    Operation(.get, "/titles/first", "read_first", Inputs(session), returns: Title.self) { session in
      guard let title = try await session.first(all()) else { throw HTTPError(404, "None") }
      return title
    }
    Operation(.get, "/titles/{kind}", "read_kind", Inputs(Path<Kind>("kind"), session), returns: Title.self) {
      kind, session in
      try await session.find(kind.rawValue, by: byKind, else: HTTPError(404, "None of the kind"))
    }
    Operation(
      .put, "/titles/since/{day}", "set", Inputs(Path<Day>("day"), session), returns: NoContent.self, status: 204
    ) { day, session in
      try await session.execute(since(nil, "\(day)"), else: HTTPError(404, "None"))
      return NoContent()
    }
  }
}

struct DeclaredTests {
  private static let schema = """
    CREATE TABLE titles (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY, kind text NOT NULL, since date)
    """

  @Test func `rows are of the type that their statement has, and what is missing is an answer`() async throws {
    try await withAPI(schema: Self.schema, Titles()) { api in
      #expect(await api.get("/titles/first").description == #"404 {"detail":"None"}"#)
      #expect(await api.put("/titles/since/2026-11-27").description == #"404 {"detail":"None"}"#)
      #expect(
        await api.post("/titles/", #"{"kind":"poem"}"#).description == #"200 {"id":1,"kind":"poem","since":null}"#)
      #expect(await api.put("/titles/since/2026-11-27").status == 204)
      #expect(await api.get("/titles/first").body == #"{"id":1,"kind":"poem","since":"2026-11-27"}"#)
      #expect(await api.get("/titles/").body == #"[{"id":1,"kind":"poem","since":"2026-11-27"}]"#)
      #expect(await api.get("/titles/poem").status == 200)
      #expect(await api.get("/titles/novel").description == #"404 {"detail":"None of the kind"}"#)
    }
  }

  /// One of them casts a text, of which the sample is no date.
  @Test func `every property that is a statement is checked, by its name`() async throws {
    #expect(Titles().statements.count == 4)
    let error = await #expect(throws: SchemaMismatch.self) {
      try await withAPI(schema: "CREATE TABLE titles (id integer PRIMARY KEY, kind text NOT NULL)", Titles()) { _ in }
    }
    let message = error.map { "\($0)" } ?? ""
    #expect(message.contains("Titles.insert") && message.contains("Titles.since"), "\(message)")
  }

  @Test func `a statement whose values are not known is not declared`() {
    struct Mark: Samplable { static var sample: Mark? { nil } }
    struct Marks: Resource {
      let mark = Declared { (_: Mark) in "SELECT 1" }
      func operations(_: Depends<Session>) -> [Operation] {}
    }
    #expect(Marks().statements.isEmpty)
  }
}
