import APITesting
import EventLoop
import PostgreSQL
import Testing
import WebAPI

@testable import Resources

/// What an operation with a map of constraints answers, on a real database.
struct ViolationsTests {
  private static let violations = Violations([
    "books_title_key": HTTPError(409, "Title taken"), "books_owner_fkey": HTTPError(404, "No such owner"),
    "loans_book_fkey": HTTPError(409, "Lent"), "loans_due_fkey": HTTPError(409, "Due"),
    "books_pages_check": HTTPError(400, "No pages"), "books_shelf_excl": HTTPError(409, "Shelf taken"),
    "books.title": HTTPError(400, "No title"), "audit": HTTPError(403, "Audited"),
    "later": ValidationError("value_error", "No such author", location: ["body", "author"]),
  ])

  private static let tables: [SQL] = [
    "CREATE TABLE owners (id int PRIMARY KEY)", "INSERT INTO owners VALUES (1)",
    """
    CREATE TABLE books (id int PRIMARY KEY, title text NOT NULL UNIQUE, owner int REFERENCES owners, pages int CHECK (pages > 0),
      shelf int, author int CONSTRAINT later REFERENCES owners DEFERRABLE INITIALLY DEFERRED, EXCLUDE (shelf WITH =))
    """,
    "INSERT INTO books VALUES (1, 'a', 1, 9, 1, 1)",
    "CREATE TABLE loans (book int REFERENCES books ON DELETE RESTRICT, due int REFERENCES books)",
    "INSERT INTO books VALUES (2, 'b'), (3, 'c')", "INSERT INTO loans VALUES (2, NULL), (NULL, 3)",
    """
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN IF NEW.id = 99 THEN RAISE unique_violation USING CONSTRAINT = ''audit''; END IF; RETURN NEW; END'
    """,
    "CREATE TRIGGER t BEFORE INSERT ON books FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE UNIQUE INDEX unnamed ON owners ((id / 10)) WHERE id > 1",
  ]

  /// How each statement is answered that is run by itself, in a shared commit, and in a transaction.
  private func answers(_ statements: [SQL]) async throws -> [[String]] {
    try await withTestPool { pool in
      for table in Self.tables { try await pool.session().execute(table) }
      var answers: [[String]] = []
      for statement in statements {
        let ways: [@Sendable (Session) async throws -> Void] = [
          { _ = try await $0.execute(statement) }, { _ = try await $0.execute(statement.sharingCommit) },
          { _ = try await $0.transaction { _ = try await $0.execute(statement) } },
        ]
        var answer: [String] = []
        for way in ways { answer.append(await Self.answer(Depends { pool.session() }, way)) }
        answers.append(answer)
      }
      return answers
    }
  }

  private static func answer(
    _ session: Depends<Session>, _ write: @escaping @Sendable (Session) async throws -> Void
  ) async -> String {
    let operation = Operation(
      .get, "/", "write", Inputs(session), returns: NoContent.self, status: 204, translating: violations
    ) { session in
      try await write(session)
      return NoContent()
    }
    let api = API(
      title: "Test", version: "1", [operation],
      translate: { error, _ in
        guard case DatabaseError.server(let error) = error else { return nil }
        return HTTPError(500, "\(error.sqlState)").response
      })
    let response = await api.respond(to: Request(method: "GET", target: "/"))
    return "\(response.status) \(String(decoding: response.body, as: UTF8.self))"
  }

  @Test func `each kind of constraint has its answer, at once and at the COMMIT; what has none is left as it is`()
    async throws
  {
    let cases: [(SQL, String)] = [
      ("INSERT INTO books VALUES (4, 'a')", #"409 {"detail":"Title taken"}"#),
      ("UPDATE books SET owner = 7 WHERE id = 1", #"404 {"detail":"No such owner"}"#),
      ("DELETE FROM books WHERE id = 2", #"409 {"detail":"Lent"}"#),
      ("DELETE FROM books WHERE id = 3", #"409 {"detail":"Due"}"#),
      ("INSERT INTO books (id, title, pages) VALUES (4, 'd', 0)", #"400 {"detail":"No pages"}"#),
      ("INSERT INTO books (id, title, shelf) VALUES (4, 'd', 1)", #"409 {"detail":"Shelf taken"}"#),
      ("INSERT INTO books VALUES (4, NULL)", #"400 {"detail":"No title"}"#),
      ("INSERT INTO books VALUES (99, 'd')", #"403 {"detail":"Audited"}"#),
      (
        "INSERT INTO books (id, title, author) VALUES (4, 'd', 7)",
        #"422 {"detail":[{"type":"value_error","loc":["body","author"],"msg":"No such author","input":null}]}"#
      ),
      ("INSERT INTO owners VALUES (1)", #"500 {"detail":"23505"}"#),
      ("INSERT INTO books VALUES (1 / (1 - 1))", #"500 {"detail":"22012"}"#),
    ]
    let answers = try await answers(cases.map(\.0))
    for ((sql, expected), answers) in zip(cases, answers) {
      for answer in answers { #expect(answer == expected, "\(sql.text): \(answers)") }
    }
  }

  @Test func `the documentation has each answer, once`() {
    let taken = HTTPError(409, "Taken")
    let violations = Violations(["a": taken, "b": taken, "c": HTTPError(404, "None")])
    #expect(violations.errors == [taken, HTTPError(404, "None")] + Refusal.errors)
    let operation = Operation(
      .post, "/", "write", Inputs(), returns: NoContent.self, status: 204, errors: [HTTPError(400, "No")],
      translating: violations
    ) { _ in NoContent() }
    let responses = API(title: "Test", version: "1", [operation]).document["paths"]?["/"]?["post"]?["responses"]
    #expect(responses?["400"]?["description"] == "No; A rule of the database refuses this")
    #expect(responses?["404"]?["description"] == "None")
    #expect(responses?["409"]?["description"] == "Taken; The request conflicts with other data")
  }
}
